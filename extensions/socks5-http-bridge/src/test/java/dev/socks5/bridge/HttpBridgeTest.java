package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpBridgeTest {

    private static final String CONNECT = "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String GET = "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    @Test
    void selectsItselfForEverything() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {})) {
            HttpBridge bridge = HttpBridge.open(
                    proxy.clientBuilder().direct(destination -> true).build());
            ProxySelector selector = bridge.proxySelector();
            InetSocketAddress address = bridge.address();
            assertThat(address.getAddress()).isEqualTo(loopback());
            assertThat(address.getHostString()).isEqualTo("127.0.0.1");
            for (String uri :
                    new String[] {"http://a.test/", "https://localhost/", "ws://127.0.0.1:1/", "mailto:a@b"}) {
                assertThat(selector.select(URI.create(uri))).containsExactly(new Proxy(Proxy.Type.HTTP, address));
            }
            selector.connectFailed(URI.create("http://a.test/"), address, new IOException());
            bridge.close();
            assertThat(selector.select(URI.create("http://a.test/")))
                    .containsExactly(new Proxy(Proxy.Type.HTTP, address));
            assertThatIllegalArgumentException().isThrownBy(() -> selector.select(null));
            assertThatIllegalArgumentException().isThrownBy(() -> selector.connectFailed(null, null, null));
        }
    }

    @Test
    void neverGoesDirect() throws Exception {
        try (Socket nobody = new Socket();
                ServerSocket origin = new ServerSocket(0, 50, loopback())) {
            nobody.bind(new InetSocketAddress(loopback(), 0));
            Socks5Client client = Socks5Client.builder()
                    .proxy((InetSocketAddress) nobody.getLocalSocketAddress())
                    .build();
            String host = "127.0.0.1:" + origin.getLocalPort();
            for (String target : new String[] {"CONNECT " + host, "GET http://" + host + "/"}) {
                assertThat(BridgeRefusalTest.answer(client, target + " HTTP/1.0\r\n\r\n"))
                        .startsWith("HTTP/1.1 502 Bad Gateway: ")
                        .contains("cannot reach the proxy 127.0.0.1:" + nobody.getLocalPort());
            }
            origin.setSoTimeout(200);
            assertThatThrownBy(origin::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void goesDirectWhereItIsToldTo() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {});
                ServerSocket origin = new ServerSocket(0, 50, loopback());
                HttpBridge bridge = HttpBridge.open(proxy.clientBuilder()
                        .direct(destination -> destination.port() == origin.getLocalPort())
                        .build());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send("CONNECT 127.0.0.1:" + origin.getLocalPort() + " HTTP/1.0\r\n\r\n");
            origin.accept().close();
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @Test
    void closeEndsEverything() throws Exception {
        CountDownLatch dialled = new CountDownLatch(1);
        try (ScriptedProxy inTunnel = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                ScriptedProxy inHandshake = new ScriptedProxy(client -> {
                    client.read(1);
                    dialled.countDown();
                    client.awaitEnd();
                })) {
            HttpBridge first = HttpBridge.open(inTunnel.client());
            HttpBridge second = HttpBridge.open(inHandshake.client());
            try (RawHttpClient tunnel = new RawHttpClient(first);
                    RawHttpClient silent = new RawHttpClient(first);
                    RawHttpClient waiting = new RawHttpClient(second)) {
                tunnel.send(CONNECT).readHead();
                waiting.send(CONNECT);
                dialled.await();
                first.close();
                second.close();
                second.close();
                inTunnel.received();
                inHandshake.received();
                assertEnded(tunnel);
                assertEnded(silent);
                assertEnded(waiting);
            }
            assertThat(first.openSockets() + second.openSockets()).isZero();
            assertThatThrownBy(() -> new RawHttpClient(first)).isInstanceOf(ConnectException.class);
            assertNoThreads();
        }
    }

    @Test
    void aResponseThatIsCutShortByCloseDoesNotPassForWhole() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            RawHttpClient.readHead(client.socket().getInputStream());
            client.send("HTTP/1.1 200 OK\r\n\r\nx".getBytes(US_ASCII));
            client.awaitEnd();
        })) {
            HttpBridge bridge = HttpBridge.open(proxy.client());
            try (RawHttpClient client = new RawHttpClient(bridge)) {
                client.send("GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n")
                        .readHead();
                assertThat(client.read(1)).isEqualTo("x");
                bridge.close();
                assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
            }
        }
    }

    private static void assertEnded(RawHttpClient client) throws IOException {
        try {
            assertThat(client.readAll()).isEmpty();
        } catch (SocketException e) {
            // A reset is an end as well; only waiting in vain is not.
        }
    }

    /** A pool has ended when its threads have nothing left to do, a moment before they end. */
    private static void assertNoThreads() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("socks5-bridge")) {
                thread.join(); // Until the limit of the class.
            }
        }
    }

    @Test
    void leavesNothingOpenBehindAConnection() throws Exception {
        try (Socket nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(loopback(), 0));
            Socks5Client client = Socks5Client.builder()
                    .proxy((InetSocketAddress) nobody.getLocalSocketAddress())
                    .build();
            try (HttpBridge bridge = HttpBridge.open(client)) {
                for (int i = 0; i < 20; i++) {
                    try (RawHttpClient http = new RawHttpClient(bridge)) {
                        http.send(i % 2 == 0 ? GET : "x\n").readAll();
                    }
                }
                while (bridge.openSockets() > 1) {
                    Thread.sleep(1); // Until the limit of the class.
                }
            }
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void namesAParameterThatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> HttpBridge.builder(null))
                .withMessage("client");
        HttpBridgeBuilder builder = HttpBridge.builder(Socks5Client.of("socks5h://127.0.0.1"));
        assertThatNullPointerException()
                .isThrownBy(() -> builder.onFailure(null))
                .withMessage("failures");
    }
}
