package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS is layered over the socket by the JDK's own means. */
class TlsTest {

    private static final char[] PASSWORD = "password".toCharArray();

    @Test
    void layersOverTheSocket(@TempDir Path directory) throws Exception {
        SSLContext context = context(directory.resolve("keys.p12"));
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            try (SSLSocket server = (SSLSocket)
                    context.getSocketFactory().createSocket(client.socket(), InputStream.nullInputStream(), true)) {
                server.setUseClientMode(false);
                server.getInputStream().transferTo(server.getOutputStream());
            }
        })) {
            Socket tunnel = proxy.client().connect("server.example", 443);
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(tunnel, "server.example", 443, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                byte[] message = new byte[20_000];
                socket.getOutputStream().write(message);
                assertThat(socket.getInputStream().readNBytes(message.length)).isEqualTo(message);
                assertThat(socket.getSession().getPeerHost()).isEqualTo("server.example");
            }
            assertThat(tunnel.isClosed()).isTrue();
            proxy.received();
        }
    }

    /** A context that has one self-signed certificate and trusts it. */
    private static SSLContext context(Path file) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=server.example",
                        "-ext",
                        "san=dns:server.example",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
