package dev.socks5.proxy;

import dev.socks5.server.CertificateAuthenticator;
import dev.socks5.server.ClientAddress;
import java.security.Principal;
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
final class CertificateUsers implements CertificateAuthenticator {

    private final RenewedTrust trust;

    CertificateUsers(RenewedTrust trust) {
        this.trust = trust;
    }

    /**
     * Finds the user.
     *
     * @return empty if the certificate has no name: then it is no login
     * @throws CertificateException if the certificate no longer holds
     */
    @Override
    public Optional<CertificateUser> authenticate(List<X509Certificate> chain, ClientAddress client)
            throws CertificateException {
        check(chain);
        return commonName(chain.get(0)).map(name -> new CertificateUser(name, chain));
    }

    /** Tells whether the certificate still holds, by the authority of the moment. */
    @Override
    public boolean admits(Principal user) {
        try {
            if (user instanceof CertificateUser known) {
                check(known.chain());
                return true;
            }
            return false;
        } catch (CertificateException e) {
            return false;
        }
    }

    private void check(List<X509Certificate> chain) throws CertificateException {
        String algorithm = chain.get(0).getPublicKey().getAlgorithm();
        trust.checkClientTrusted(chain.toArray(X509Certificate[]::new), algorithm);
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
