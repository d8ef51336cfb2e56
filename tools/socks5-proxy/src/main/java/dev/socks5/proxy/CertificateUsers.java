package dev.socks5.proxy;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Takes the common name in a client's certificate for the user. Checks the certificate again, because a session of TLS
 * that is resumed brings one that was checked at the session's begin: since then it may have expired, or its authority
 * may be gone.
 */
final class CertificateUsers {

    private final RenewedTrust trust;

    CertificateUsers(RenewedTrust trust) {
        this.trust = trust;
    }

    /**
     * Finds the name.
     *
     * @param chain the client's certificate first
     * @return the name, or empty if the certificate has none: then it is no login
     * @throws CertificateException if the certificate no longer holds
     */
    Optional<String> nameOf(List<X509Certificate> chain) throws CertificateException {
        X509Certificate own = chain.get(0);
        trust.checkClientTrusted(
                chain.toArray(X509Certificate[]::new), own.getPublicKey().getAlgorithm());
        return commonName(own);
    }

    /** Of several, the one that stands first in the text form, the most specific. */
    static Optional<String> commonName(X509Certificate certificate) throws CertificateException {
        try {
            List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (int i = parts.size() - 1; i >= 0; i--) { // The last part of the list is the first of the text.
                Attribute names = parts.get(i).toAttributes().get("CN");
                if (names != null && names.get() instanceof String name && !name.isBlank()) {
                    return Optional.of(name);
                }
            }
            return Optional.empty();
        } catch (NamingException e) {
            throw new CertificateException("a subject that cannot be read", e);
        }
    }
}
