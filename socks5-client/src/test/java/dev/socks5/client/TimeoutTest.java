package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.LOGIN_ACCEPTED;
import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static dev.socks5.client.ScriptedProxy.NO_AUTHENTICATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** One deadline for dialling and handshake, whatever the proxy does with its time. */
class TimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(250);

    /** What a slow machine may add. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    @Test
    void endsWhenTheProxyStallsInAnyState() throws Exception {
        List<ScriptedProxy.Script> beginnings = List.of(
                client -> {},
                client -> client.send("05"),
                client -> client.greet(LOGIN_SELECTED),
                client -> {
                    client.greet(LOGIN_SELECTED);
                    client.readLogin();
                    client.send(LOGIN_ACCEPTED);
                },
                client -> {
                    client.greet(NO_AUTHENTICATION);
                    client.readRequest();
                    client.send("05 00 00 03 09");
                });
        for (ScriptedProxy.Script beginning : beginnings) {
            try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                beginning.play(client);
                client.awaitEnd();
            })) {
                Socks5Client client = proxy.clientBuilder()
                        .credentials("u", "p")
                        .connectTimeout(SHORT)
                        .build();
                assertTimesOut(() -> client.connect("example.com", 80));
                proxy.received();
            }
        }
    }

    @Test
    void endsWhenTheProxyDrips() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            drip(client, "05 00 00 03 ff" + " 6e".repeat(255) + " 00 00");
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().connectTimeout(SHORT).build();
            assertTimesOut(() -> client.connect("example.com", 80));
            proxy.received();
        }
    }

    /** One octet every 50 ms, well within any limit that starts anew with each read. */
    private static void drip(ScriptedProxy.Client client, String hex) throws InterruptedException {
        try {
            for (String octet : hex.split(" ", -1)) {
                client.send(octet);
                Thread.sleep(50);
            }
        } catch (IOException e) {
            // The client has gone, as it should.
        }
    }

    @Test
    void endsWhenTheProxyDoesNotAccept() throws Exception {
        try (DeafProxy proxy = new DeafProxy()) {
            Socks5Client client = Socks5Client.builder()
                    .proxy(proxy.address())
                    .connectTimeout(SHORT)
                    .build();
            assertTimesOut(() -> client.connect("example.com", 80));
        }
    }

    @Test
    void doesNotStartAnewWithEachStep() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            Thread.sleep(SHORT.toMillis() * 2 / 3);
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            Thread.sleep(SHORT.toMillis() * 2 / 3);
            drip(client, ScriptedProxy.SUCCESS);
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().connectTimeout(SHORT).build();
            assertTimesOut(() -> client.connect("example.com", 80));
            proxy.received();
        }
    }

    @Test
    void takesTheShorterOfTwoTimeouts() throws Exception {
        InetSocketAddress destination = InetSocketAddress.createUnresolved("example.com", 80);
        try (DeafProxy proxy = new DeafProxy()) {
            Socks5ClientBuilder builder = Socks5Client.builder().proxy(proxy.address());
            Socket patient = builder.build().socketFactory().createSocket();
            assertTimesOut(() -> patient.connect(destination, (int) SHORT.toMillis()));
            assertThat(patient.isClosed()).isTrue();

            Socks5Client hasty = builder.connectTimeout(SHORT).build();
            for (int timeoutMillis : List.of(0, 60_000)) {
                Socket socket = hasty.socketFactory().createSocket();
                assertTimesOut(() -> socket.connect(destination, timeoutMillis));
                assertThat(socket.isClosed()).isTrue();
            }
        }
    }

    @Test
    void saysHowLongItWaitedForWhat() throws Exception {
        try (DeafProxy proxy = new DeafProxy()) {
            Socks5Client client = Socks5Client.builder()
                    .proxy(proxy.address())
                    .connectTimeout(SHORT)
                    .build();
            assertThatThrownBy(() -> client.connect("example.com", 80))
                    .hasMessage(
                            "no tunnel to example.com:80 through the proxy 127.0.0.1:%d within 250 ms",
                            proxy.address().getPort());
        }
    }

    @Test
    void leavesTheTunnelWithoutALimit() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            Thread.sleep(SHORT.toMillis() * 2);
            client.send("2a");
        })) {
            Socks5Client client = proxy.clientBuilder().connectTimeout(SHORT).build();
            try (Socket socket = client.connect("example.com", 80)) {
                assertThat(socket.getSoTimeout()).isZero();
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            }
        }
    }

    private static void assertTimesOut(ThrowingCallable connect) {
        long start = System.nanoTime();
        assertThatThrownBy(connect).isInstanceOf(SocketTimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, SHORT.plus(SLACK));
    }
}
