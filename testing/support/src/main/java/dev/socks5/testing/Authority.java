package dev.socks5.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import okhttp3.tls.HeldCertificate;

/** A certificate authority for tests, made anew by each: what it signs, and contexts that trust it alone. */
public final class Authority {

    private static final char[] PASSWORD = "password".toCharArray();
    private static final Duration YEAR = Duration.ofDays(365);

    private final HeldCertificate own = new HeldCertificate.Builder()
            .commonName("Test authority")
            .certificateAuthority(0)
            .build();

    /**
     * Signs a certificate.
     *
     * @param commonName of its subject
     * @param names host names and IP addresses, for a server's
     */
    public HeldCertificate issue(String commonName, String... names) {
        Instant now = Instant.now();
        return issue(now.minus(YEAR), now.plus(YEAR), commonName, names);
    }

    /** Signs a certificate whose time is over. */
    public HeldCertificate issueExpired(String commonName, String... names) {
        Instant now = Instant.now();
        return issue(now.minus(YEAR), now.minus(Duration.ofDays(1)), commonName, names);
    }

    private HeldCertificate issue(Instant from, Instant to, String commonName, String... names) {
        HeldCertificate.Builder builder = new HeldCertificate.Builder()
                .commonName(commonName)
                .validityInterval(from.toEpochMilli(), to.toEpochMilli())
                .signedBy(own);
        List.of(names).forEach(builder::addSubjectAlternativeName);
        return builder.build();
    }

    /** Makes a context that has no certificate, and trusts this authority alone. */
    public SSLContext context() throws GeneralSecurityException, IOException {
        return context(new KeyManager[0]);
    }

    /** Makes a context that has a certificate, and trusts this authority alone. */
    public SSLContext context(HeldCertificate certificate) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(keyStore(certificate, PASSWORD), PASSWORD);
        return context(keys.getKeyManagers());
    }

    private SSLContext context(KeyManager[] keys) throws GeneralSecurityException, IOException {
        KeyStore trusted = empty();
        trusted.setCertificateEntry("authority", own.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    private KeyStore keyStore(HeldCertificate certificate, char[] password)
            throws GeneralSecurityException, IOException {
        Certificate[] chain = {certificate.certificate(), own.certificate()};
        KeyStore store = empty();
        store.setKeyEntry("own", certificate.keyPair().getPrivate(), password, chain);
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        return store;
    }

    /** Writes this authority's certificate, for a program that is to trust it. */
    public Path writeTo(Path pem) throws IOException {
        return Files.writeString(pem, own.certificatePem());
    }

    /** Writes a certificate and its private key into one file. */
    public static Path write(HeldCertificate certificate, Path pem) throws IOException {
        return Files.writeString(pem, certificate.certificatePem() + certificate.privateKeyPkcs8Pem());
    }

    /** Writes a certificate and its private key as a PKCS #12 store. */
    public Path writeStore(HeldCertificate certificate, Path file, String password)
            throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            keyStore(certificate, password.toCharArray()).store(out, password.toCharArray());
        }
        return file;
    }
}
