package dev.socks5.bridge;

import static dev.socks5.bridge.ScriptedProxy.NO_AUTHENTICATION;
import static dev.socks5.bridge.ScriptedProxy.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONNECT through a bridge. */
@Timeout(60)
class BridgeTunnelTest {

    private static final String CONNECT = "CONNECT a.b.c.d:80 HTTP/1.1\r\nHost: a.b.c.d:80\r\n\r\n";
    private static final String ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

    @Test
    void sendsTheNameToTheProxyAndEchoes() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    client.greet(NO_AUTHENTICATION);
                    assertThat(client.readRequest()).isEqualTo("05 01 00 03 07 61 2e 62 2e 63 2e 64 00 50");
                    client.send(SUCCESS);
                    client.echo();
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(CONNECT);
            assertThat(client.readHead()).isEqualTo(ESTABLISHED);
            client.send("there and back");
            assertThat(client.read(14)).isEqualTo("there and back");
            client.socket().shutdownOutput();
            assertThat(client.readAll()).isEmpty();
            proxy.received();
        }
    }

    @Test
    void takesAddressesAndHttp10() throws Exception {
        assertRequest("CONNECT 192.0.2.1:80 HTTP/1.0\r\n\r\n", "05 01 00 01 c0 00 02 01 00 50");
        assertRequest(
                "CONNECT [2001:db8::1]:443 HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
                "05 01 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 01 bb");
        assertRequest(
                "CONNECT [::ffff:192.0.2.1]:80 HTTP/1.0\r\n\r\n",
                "05 01 00 04 00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 01 00 50");
    }

    private static void assertRequest(String head, String request) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    client.greet(NO_AUTHENTICATION);
                    assertThat(client.readRequest()).isEqualTo(request);
                    client.send(SUCCESS);
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(head);
            assertThat(client.readHead()).isEqualTo(ESTABLISHED);
            proxy.received();
        }
    }

    @Test
    void octetsBehindTheHeadAreTheTunnels() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    assertThat(RawHttpClient.read(client.socket().getInputStream(), 5))
                            .isEqualTo("early");
                    client.send("6f 6b");
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(CONNECT + "early");
            assertThat(client.readHead()).isEqualTo(ESTABLISHED);
            assertThat(client.readAll()).isEqualTo("ok");
            proxy.received();
        }
    }

    @Test
    void saysNothingBeforeTheTunnelStands() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    client.greet(NO_AUTHENTICATION);
                    client.readRequest();
                    asked.countDown();
                    goOn.await();
                    client.send(SUCCESS);
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(CONNECT);
            asked.await();
            assertThat(client.socket().getInputStream().available()).isZero();
            goOn.countDown();
            assertThat(client.readHead()).isEqualTo(ESTABLISHED);
        }
    }

    @Test
    void passesTheEndOfEachWayOn() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.awaitEnd();
                    ended.countDown();
                    client.send("61 66 74 65 72");
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(CONNECT);
            client.readHead();
            client.socket().shutdownOutput();
            ended.await();
            assertThat(client.readAll()).isEqualTo("after");
        }
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.socket().shutdownOutput();
                    client.expect("61 66 74 65 72");
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(CONNECT);
            client.readHead();
            assertThat(client.readAll()).isEmpty();
            client.send("after");
            proxy.received();
        }
    }

    @Test
    void passesResetsOn() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.read(1);
                    client.reset();
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(CONNECT).send("x");
            client.readHead();
            assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
        }
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.read(1);
                    assertThatThrownBy(() -> client.socket().getInputStream().read())
                            .isInstanceOf(SocketException.class);
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(CONNECT).send("x");
            client.readHead();
            client.socket().setSoLinger(true, 0);
            client.close();
            proxy.received();
        }
    }

    @Test
    void deliversWhatAnOriginSaysBeforeItTakesNoMore() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.read(1);
                    client.send("6c 61 73 74");
                    client.socket().close(); // With octets unread, so that the next one is answered by a reset.
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(CONNECT).send("x".repeat(100_000));
            client.readHead();
            assertThat(client.read(4)).isEqualTo("last");
        }
    }

    /** Who has closed a connection for good does not keep the other end's. */
    @Test
    void endsAHalfOfATunnelThatBringsNothing() throws Exception {
        ExecutorService threads = BridgeThreads.create();
        try (SocketPair client = new SocketPair();
                SocketPair origin = new SocketPair()) {
            BridgeTunnel tunnel = new BridgeTunnel(
                    new HttpInput(client.inner, HttpInput.Lines.STRICT, 10_000),
                    new HttpInput(origin.inner, HttpInput.Lines.LENIENT, 10_000),
                    Endpoint.of("a.test", 80),
                    new BridgeParts().shared(threads),
                    Duration.ofMillis(100));
            client.outer.shutdownOutput();
            tunnel.run();
            assertThat(origin.inner.isClosed()).isTrue();
            assertThatThrownBy(() -> client.outer.getInputStream().read()).isInstanceOf(SocketException.class);
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
