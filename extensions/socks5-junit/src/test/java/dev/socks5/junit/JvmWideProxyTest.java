package dev.socks5.junit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What the whole JVM is told to connect through, the proxy itself does not. */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class JvmWideProxyTest {

    private static final int LIMIT_MILLIS = 5_000;

    /** Two connections, because one that dials itself keeps the others waiting. */
    private static void assertServes(Socks5TestProxy proxy) throws IOException {
        try (Echo echo = new Echo()) {
            for (int i = 0; i < 2; i++) {
                try (Socket socket = new Socket()) {
                    socket.setSoTimeout(LIMIT_MILLIS);
                    socket.connect(InetSocketAddress.createUnresolved("localhost", echo.port()), LIMIT_MILLIS);
                    socket.getOutputStream().write(7);
                    assertThat(socket.getInputStream().read()).isEqualTo(7);
                }
            }
            proxy.requireProxied("localhost", echo.port());
        }
        assertThat(proxy.requests()).hasSize(2);
    }

    @Test
    void servesTheDefaultSelector() throws IOException {
        ProxySelector before = ProxySelector.getDefault();
        try (Socks5TestProxy proxy = Socks5TestProxy.start()) {
            ProxySelector.setDefault(proxy.proxySelector());
            assertServes(proxy);
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void servesHttpUrlConnectionByTheDefaultSelector() throws IOException {
        ProxySelector before = ProxySelector.getDefault();
        try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socks5TestProxy proxy = Socks5TestProxy.start()) {
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> answer(origin));
            ProxySelector.setDefault(proxy.proxySelector());
            HttpURLConnection connection =
                    (HttpURLConnection) new URL("http://127.0.0.1:" + origin.getLocalPort() + "/").openConnection();
            connection.setConnectTimeout(LIMIT_MILLIS);
            connection.setReadTimeout(LIMIT_MILLIS);
            assertThat(connection.getResponseCode()).isEqualTo(204);
            answer.join();
            proxy.requireProxied("127.0.0.1", origin.getLocalPort());
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    private static void answer(ServerSocket origin) {
        try (Socket peer = origin.accept()) {
            byte[] request = new byte[4096];
            assertThat(peer.getInputStream().read(request)).isPositive();
            peer.getOutputStream().write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void servesTheSystemProperties() throws IOException {
        try (Socks5TestProxy proxy = Socks5TestProxy.start()) {
            Map<String, String> settings = Map.of(
                    "socksProxyHost", proxy.address().getHostString(),
                    "socksProxyPort", String.valueOf(proxy.address().getPort()),
                    "socksNonProxyHosts", ""); // Else nothing on loopback goes through it.
            settings.forEach(System::setProperty);
            try {
                assertServes(proxy);
            } finally {
                settings.keySet().forEach(System::clearProperty);
            }
        }
    }
}
