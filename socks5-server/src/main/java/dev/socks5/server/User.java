package dev.socks5.server;

import java.security.Principal;

/**
 * A user who is nothing but a name. An {@link PasswordAuthenticator} may as well return a {@link Principal} of your own, with
 * whatever your rules, routes and listeners want to know.
 *
 * @param name not escaped
 */
public record User(String name) implements Principal {

    @Override
    public String getName() {
        return name;
    }
}
