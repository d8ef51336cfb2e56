package dev.socks5.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerKeysTest {

    private static ServerKeys keys;
    private static KeyStore store;
    private static char[] password;

    @BeforeAll
    static void make(@TempDir Path folder) throws Exception {
        keys = ServerKeys.in(folder);
        password = Files.readString(keys.password()).toCharArray();
        store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys.store())) {
            store.load(in, password);
        }
    }

    @Test
    void aClientTrustsTheServerByItsAddress() throws Exception {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, password);
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(own.getKeyManagers(), null, null);
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (SSLServerSocket listener =
                (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
            CompletableFuture<Integer> sent = CompletableFuture.supplyAsync(() -> sendOne(listener));
            try (SSLSocket client =
                    (SSLSocket) keys.trusting().getSocketFactory().createSocket("127.0.0.1", listener.getLocalPort())) {
                SSLParameters checked = client.getSSLParameters();
                checked.setEndpointIdentificationAlgorithm("HTTPS");
                client.setSSLParameters(checked);
                assertThat(client.getInputStream().read()).isEqualTo(1);
            }
            assertThat(sent.get()).isEqualTo(1);
        }
    }

    private static int sendOne(SSLServerSocket listener) {
        try (SSLSocket accepted = (SSLSocket) listener.accept()) {
            accepted.getOutputStream().write(1);
            return 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void otherServersReadTheSameCertificate() throws Exception {
        try (InputStream in = Files.newInputStream(keys.pem())) {
            assertThat(CertificateFactory.getInstance("X.509").generateCertificate(in))
                    .isEqualTo(store.getCertificate("server"));
        }
        assertThat(keys.pem())
                .content()
                .contains("-----BEGIN PRIVATE KEY-----\n")
                .endsWith("-----END PRIVATE KEY-----\n");
    }
}
