package dev.socks5.proxy;

import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A user who has logged in by a certificate. For rules and logs the name is all; the certificates are kept to be
 * checked again, see {@link CertificateUsers#admits}.
 */
final class CertificateUser implements Principal {

    private final String name;
    private final List<X509Certificate> chain;

    /** @param chain the user's own certificate first */
    CertificateUser(String name, List<X509Certificate> chain) {
        this.name = name;
        this.chain = List.copyOf(chain);
    }

    List<X509Certificate> chain() {
        return chain;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CertificateUser user && user.name.equals(name);
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
