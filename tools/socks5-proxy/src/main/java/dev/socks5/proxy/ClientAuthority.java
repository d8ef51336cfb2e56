package dev.socks5.proxy;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The certificates of authorities that sign clients' certificates, and the JDK's way to check such a signature. */
record ClientAuthority(List<X509Certificate> certificates, X509ExtendedTrustManager manager) {

    static ClientAuthority of(List<X509Certificate> certificates) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate certificate : certificates) {
                store.setCertificateEntry(Integer.toString(store.size()), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return new ClientAuthority(certificates, extended);
                }
            }
            throw new IllegalArgumentException("this Java cannot check certificates");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("these certificates are of no use to check others", e);
        }
    }

    /** Names the authorities. */
    @Override
    public String toString() {
        return certificates.stream()
                .map(certificate ->
                        Logfmt.value(certificate.getSubjectX500Principal().getName()))
                .collect(Collectors.joining(", ", "clients' authorities ", ""));
    }
}
