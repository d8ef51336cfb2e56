package dev.socks5.server;

import java.security.Principal;

/**
 * A user who has a name and nothing else. A {@link PasswordAuthenticator} may as well return a {@link Principal} of
 * your own, with all that your rules, routes and listeners want to know.
 *
 * @param name not escaped
 */
public record User(String name) implements Principal {

    @Override
    public String getName() {
        return name;
    }
}
