package dev.socks5.proxy.users;

import java.security.Principal;
import java.util.Objects;

/** A user who has logged in. For rules and logs the name is all; {@link KnownUsers#admits} knows by what password. */
final class KnownUser implements Principal {

    private final String name;
    private final Password password;

    KnownUser(String name, Password password) {
        this.name = name;
        this.password = Objects.requireNonNull(password);
    }

    @Override
    public String getName() {
        return name;
    }

    boolean cameBy(Password another) {
        return password.equals(another);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KnownUser user && user.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** Says the name alone. */
    @Override
    public String toString() {
        return name;
    }
}
