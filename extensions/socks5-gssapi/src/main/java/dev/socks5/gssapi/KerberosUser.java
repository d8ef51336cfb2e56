package dev.socks5.gssapi;

import java.security.Principal;

/**
 * A user by the name that Kerberos has found to be true.
 *
 * @param name such as {@code alice@EXAMPLE.COM}
 */
record KerberosUser(String name) implements Principal {

    @Override
    public String getName() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
