package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The options of TLS by handshakes with what they come to, without a SOCKS5 server. */
@Timeout(60)
class TlsOptionsTest {

    private static final String NAME = "proxy.example";
    private static final long SECOND = 1_000_000_000;

    @TempDir
    private Path folder;

    private final Authority authority = new Authority();
    private final List<String> log = new ArrayList<>();
    private long now;

    @BeforeEach
    void readableByTheOwner() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private static Path secret(Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private HeldCertificate issued() {
        return authority.issue("proxy", NAME);
    }

    private TlsOptions.Settings settings(String... options) {
        TlsOptions parsed = new TlsOptions();
        String[] all = Stream.concat(Stream.of("--listen-tls", "127.0.0.1:0"), Stream.of(options))
                .toArray(String[]::new);
        new CommandLine(parsed)
                .registerConverter(Endpoint.class, Endpoint::parse)
                .parseArgs(all);
        return parsed.settings(log::add, () -> now);
    }

    /** Shakes hands, and gives the certificate that the client has seen. */
    private static X509Certificate shake(TlsOptions.Settings settings, SSLContext client) throws Exception {
        try (SSLServerSocket listener =
                (SSLServerSocket) settings.context().getServerSocketFactory().createServerSocket(0)) {
            listener.setSSLParameters(settings.parameters());
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (Socket accepted = listener.accept()) {
                    accepted.getOutputStream().write(1);
                    accepted.getInputStream().read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            try (SSLSocket socket = (SSLSocket)
                    client.getSocketFactory().createSocket(listener.getInetAddress(), listener.getLocalPort())) {
                if (socket.getInputStream().read() != 1) {
                    throw new SSLException("no answer");
                }
                socket.close();
                served.get(20, TimeUnit.SECONDS);
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
        }
    }

    private static void assertShows(TlsOptions.Settings settings, SSLContext client, HeldCertificate expected)
            throws Exception {
        assertThat(shake(settings, client).getSerialNumber())
                .isEqualTo(expected.certificate().getSerialNumber());
    }

    @Test
    void certificateAndKeyMayStandInOneFileOrInTwo() throws Exception {
        HeldCertificate own = issued();
        Path one = secret(Authority.write(own, file("one.pem")));
        assertShows(settings("--tls-certificate", one.toString()), authority.context(), own);
        Path certificate = Files.writeString(file("cert.pem"), "Some text.\n" + own.certificatePem());
        Path key = secret(Files.writeString(file("key.pem"), own.privateKeyPkcs8Pem()));
        assertShows(
                settings("--tls-certificate", certificate.toString(), "--tls-key", key.toString()),
                authority.context(),
                own);
        assertThat(log).isEmpty();
    }

    @Test
    void aKeystoreWillDo() throws Exception {
        HeldCertificate own = issued();
        Path store = authority.writeStore(own, file("keys.p12"), "s3cret");
        Path password = secret(Files.writeString(file("password"), "s3cret\nnot this\n"));
        assertShows(
                settings("--tls-keystore", store.toString(), "--tls-keystore-password-file", password.toString()),
                authority.context(),
                own);
        assertThat(log).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "EC, 256", "Ed25519, 0", "EC, 384"})
    void kindsOfKeys(String algorithm, int bits) throws Exception {
        KeyStore store = generated(algorithm, bits);
        X509Certificate certificate = (X509Certificate) store.getCertificate("own");
        Path pem = secret(Files.writeString(
                file("own.pem"), pem("CERTIFICATE", certificate.getEncoded()) + pem("PRIVATE KEY", keyOf(store))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, trust.getTrustManagers(), null);
        assertThat(shake(settings("--tls-certificate", pem.toString()), client)).isEqualTo(certificate);
    }

    private static byte[] keyOf(KeyStore store) throws Exception {
        Key key = store.getKey("own", "password".toCharArray());
        return key.getEncoded();
    }

    private static String pem(String kind, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }

    private KeyStore generated(String algorithm, int bits) throws Exception {
        Path file = file(algorithm + bits + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=proxy",
                "-storetype",
                "PKCS12",
                "-storepass",
                "password",
                "-keystore",
                file.toString()));
        if (bits > 0) {
            command.addAll(List.of("-keysize", Integer.toString(bits)));
        }
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, "password".toCharArray());
        }
        return store;
    }

    @Test
    void aCertificateThatIsReplacedIsTakenUp() throws Exception {
        HeldCertificate old = issued();
        Path pem = secret(Authority.write(old, file("own.pem")));
        TlsOptions.Settings settings = settings("--tls-certificate", pem.toString());
        HeldCertificate renewed = issued();
        Authority.write(renewed, pem);
        assertShows(settings, authority.context(), old);
        now += SECOND;
        assertShows(settings, authority.context(), renewed);
        assertThat(log).singleElement().asString().contains("CN=proxy").contains("valid until 20");
    }

    @Test
    void aKeyThatDoesNotFitIsToldOnceAndTheOldHolds() throws Exception {
        HeldCertificate old = issued();
        Path certificate = Files.writeString(file("cert.pem"), old.certificatePem());
        Path key = secret(Files.writeString(file("key.pem"), old.privateKeyPkcs8Pem()));
        TlsOptions.Settings settings =
                settings("--tls-certificate", certificate.toString(), "--tls-key", key.toString());
        HeldCertificate renewed = issued();
        Files.writeString(certificate, renewed.certificatePem());
        for (int i = 0; i < 3; i++) {
            now += SECOND;
            assertShows(settings, authority.context(), old);
        }
        assertThat(log)
                .singleElement()
                .asString()
                .contains("--tls-key " + key + ": the private key is not that of the certificate");
        Files.writeString(key, renewed.privateKeyPkcs8Pem());
        now += SECOND;
        assertShows(settings, authority.context(), renewed);
        assertThat(log).hasSize(2);
    }

    @Test
    void clientsNeedACertificateOfTheAuthorityOnceThereIsOne() throws Exception {
        Authority clients = new Authority();
        Path pem = secret(Authority.write(issued(), file("own.pem")));
        Path ca = clients.writeTo(file("ca.pem"));
        TlsOptions.Settings settings = settings("--tls-certificate", pem.toString(), "--tls-client-ca", ca.toString());
        SSLContext alice = clientOf(clients);
        shake(settings, alice);
        assertThatThrownBy(() -> shake(settings, authority.context())).isInstanceOf(IOException.class);
        Authority others = new Authority();
        SSLContext mallory = clientOf(others);
        assertThatThrownBy(() -> shake(settings, mallory)).isInstanceOf(IOException.class);
        others.writeTo(ca);
        now += SECOND;
        shake(settings, mallory);
        assertThatThrownBy(() -> shake(settings, clientOf(clients))).isInstanceOf(IOException.class);
        assertThat(log).singleElement().asString().contains("clients' authorities");
    }

    /** A client that trusts the server's authority, and has a certificate of another. */
    private SSLContext clientOf(Authority signer) throws Exception {
        Path store = signer.writeStore(signer.issue("alice"), file("alice.p12"), "password");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), "password".toCharArray()), "password".toCharArray());
        List<X509Certificate> trusted = CertificateFiles.certificates("", authority.writeTo(file("authority.pem")));
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] trust = {ClientAuthority.of(trusted).manager()};
        context.init(keys.getKeyManagers(), trust, null);
        return context;
    }

    @Test
    void anExpiredCertificateIsToldAndServed() throws Exception {
        HeldCertificate expired = authority.issueExpired("proxy", NAME);
        Path pem = secret(Authority.write(expired, file("own.pem")));
        settings("--tls-certificate", pem.toString());
        assertThat(log)
                .singleElement()
                .asString()
                .startsWith("warning: the certificate has expired: ")
                .contains("CN=proxy");
    }

    @Test
    void secretsThatEverybodyCanReadAreTold() throws Exception {
        HeldCertificate own = issued();
        Path certificate = Files.writeString(file("cert.pem"), own.certificatePem());
        Path key = Files.writeString(file("key.pem"), own.privateKeyPkcs8Pem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        settings("--tls-certificate", certificate.toString(), "--tls-key", key.toString());
        assertThat(log).containsExactly("warning: everybody on this machine can read " + key);
        log.clear();
        Path store = authority.writeStore(own, file("keys.p12"), "s3cret");
        Path password = Files.writeString(file("password"), "s3cret");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        settings("--tls-keystore", store.toString(), "--tls-keystore-password-file", password.toString());
        assertThat(log).containsExactly("warning: everybody on this machine can read " + password);
    }

    @Test
    void withoutOptionsThereIsNoTls() {
        assertThat(new TlsOptions().settings(log::add, () -> now)).isNull();
    }
}
