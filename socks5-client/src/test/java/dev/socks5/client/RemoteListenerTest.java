package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.NO_AUTHENTICATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RemoteListenerTest {

    private static final Endpoint PEER = Endpoint.of("192.0.2.1", 0);
    private static final String BIND = "05 02 00 01 c0 00 02 01 00 00";
    private static final String LISTENING = "05 00 00 01 c6 33 64 07 04 38";
    private static final String CONNECTED = "05 00 00 01 c0 00 02 01 00 14";
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(10);

    /** A proxy that listens, and goes on with a script. */
    private static ScriptedProxy listening(ScriptedProxy.Script script) throws IOException {
        return listening(LISTENING, script);
    }

    private static ScriptedProxy listening(String firstReply, ScriptedProxy.Script script) throws IOException {
        return new ScriptedProxy(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send(firstReply);
            script.play(client);
        });
    }

    /** A socket of a factory may not know. */
    @Test
    void aWildcardIsTheProxysOwnAddressWhateverTheFactorysSocketKnows() throws Exception {
        try (ScriptedProxy proxy = listening("05 00 00 01 00 00 00 00 04 38", ScriptedProxy.Client::awaitEnd);
                RemoteListener listener = Socks5Client.builder()
                        .proxy("localhost", 9)
                        .proxySocketFactory(PlainFactory.forgetful(proxy.address()))
                        .build()
                        .bind(PEER)) {
            assertThat(listener.address()).isEqualTo(Endpoint.of("localhost", 1080));
        }
    }

    /** What the proxy says about the peer, in the JDK's form. */
    @ParameterizedTest
    @CsvSource({
        "01 c0 00 02 01 00 14, false, /192.0.2.1, /192.0.2.1:20",
        "04 00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 01 00 14, false, /192.0.2.1, /192.0.2.1:20",
        "03 03 61 2e 62 00 14, false, null, a.b/<unresolved>:20",
        "03 03 61 2e 62 00 14, true, a.b/240.1.114.21, a.b/240.1.114.21:20"
    })
    void theSocketReportsThePeerAsTheProxyNamesIt(
            String bound, boolean placeholders, String address, String socketAddress) throws Exception {
        try (ScriptedProxy proxy = listening(client -> {
                    client.send("05 00 00 " + bound);
                    client.awaitEnd();
                });
                RemoteListener listener = (placeholders
                                ? proxy.clientBuilder().placeholderAddresses()
                                : proxy.clientBuilder())
                        .build()
                        .bind(PEER);
                Socket socket = listener.accept(LONG)) {
            assertThat(String.valueOf(socket.getInetAddress())).isEqualTo(address);
            assertThat(socket.getRemoteSocketAddress()).hasToString(socketAddress);
            assertThat(socket.getPort()).isEqualTo(20);
        }
    }

    @Test
    void acceptsTheOneConnection() throws Exception {
        try (ScriptedProxy proxy = listening(client -> {
                    client.send(CONNECTED + " 2a");
                    client.echo();
                });
                RemoteListener listener = proxy.client().bind(PEER)) {
            assertThat(listener.address()).isEqualTo(Endpoint.of("198.51.100.7", 1080));
            Socket socket = listener.accept();
            assertThat(socket.getRemoteSocketAddress())
                    .isEqualTo(Endpoint.of("192.0.2.1", 20).toInetSocketAddress());
            assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            socket.getOutputStream().write(0x2b);
            assertThat(socket.getInputStream().read()).isEqualTo(0x2b);
            socket.close();
            assertThat(proxy.received()).isEqualTo("05 01 00 " + BIND);
        }
    }

    @Test
    void leavesTheConnectionToTheCaller() throws Exception {
        try (ScriptedProxy proxy = listening(client -> {
            client.send(CONNECTED);
            client.echo();
        })) {
            RemoteListener listener = proxy.client().bind(PEER);
            try (Socket socket = listener.accept()) {
                assertThat(socket.getSoTimeout()).isZero();
                assertThatIllegalStateException().isThrownBy(listener::accept);
                listener.close();
                socket.getOutputStream().write(0x2a);
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            }
        }
    }

    @Test
    void mayBeForAnybody() throws Exception {
        try (ScriptedProxy proxy = listening(ScriptedProxy.Client::awaitEnd)) {
            proxy.client().bind().close();
            assertThat(proxy.received()).isEqualTo("05 01 00 05 02 00 01 00 00 00 00 00 00");
        }
    }

    @Test
    void sendsTheNameOfThePeer() throws Exception {
        try (ScriptedProxy proxy = listening(ScriptedProxy.Client::awaitEnd)) {
            proxy.client().bind(Endpoint.of("a.b", 21)).close();
            assertThat(proxy.received()).isEqualTo("05 01 00 05 02 00 03 03 61 2e 62 00 15");
        }
    }

    @Test
    void looksTheNameUpHereIfToldTo() throws Exception {
        try (ScriptedProxy proxy = listening(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = proxy.clientBuilder().lookUpNamesHere().build();
            client.bind(Endpoint.of("localhost", 21)).close();
            assertThat(proxy.received())
                    .isIn(
                            "05 01 00 05 02 00 01 7f 00 00 01 00 15",
                            "05 01 00 05 02 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 15");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "05 00 00 01 00 00 00 00 04 38, 127.0.0.1:1080",
        "05 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 04 38, 127.0.0.1:1080",
        "05 00 00 03 00 04 38, 127.0.0.1:1080",
        "05 00 00 03 03 61 2e 62 04 38, a.b:1080"
    })
    void reportsWhereTheProxyListens(String reply, String address) throws Exception {
        try (ScriptedProxy proxy = listening(reply, ScriptedProxy.Client::awaitEnd);
                RemoteListener listener = proxy.client().bind(PEER)) {
            assertThat(listener.address()).hasToString(address);
            assertThat(listener)
                    .hasToString("RemoteListener[%s through 127.0.0.1:%d]"
                            .formatted(address, proxy.address().getPort()));
        }
    }

    @Test
    void aWildcardFromTheEndOfAChainIsTheLastProxy() throws Exception {
        try (ScriptedProxy both = ScriptedProxy.tunnel(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 00 00 01 00 00 00 00 04 38");
            client.awaitEnd();
        })) {
            Socks5Client last =
                    Socks5Client.builder().proxy("last.invalid", 1081).build();
            try (RemoteListener listener = last.through(both.client()).bind(PEER)) {
                assertThat(listener.address()).isEqualTo(Endpoint.of("last.invalid", 1080));
            }
        }
    }

    @Test
    void goesOnAfterATimeoutAnywhereInTheReply() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        try (ScriptedProxy proxy = listening(client -> {
                    first.await();
                    client.send(CONNECTED.substring(0, 20));
                    second.await();
                    client.send(CONNECTED.substring(21) + " 2a");
                    client.awaitEnd();
                });
                RemoteListener listener = proxy.client().bind(PEER)) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> listener.accept(SHORT))
                    .withMessage(
                            "nobody has connected to 198.51.100.7:1080 through the proxy 127.0.0.1:%d within 50 ms",
                            proxy.address().getPort());
            first.countDown();
            assertThatThrownBy(() -> listener.accept(Duration.ofMillis(300)))
                    .isInstanceOf(SocketTimeoutException.class);
            second.countDown();
            try (Socket socket = listener.accept(LONG)) {
                assertThat(socket.getPort()).isEqualTo(20);
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            }
        }
    }

    @Test
    void aProxyThatGivesUpClosesTheListener() throws Exception {
        try (ScriptedProxy proxy = listening(client -> {
            client.send("05 04 00 01 00 00 00 00 00 00");
            client.awaitEnd();
        })) {
            RemoteListener listener = proxy.client().bind(PEER);
            assertThatExceptionOfType(RequestRejectedException.class)
                    .isThrownBy(listener::accept)
                    .satisfies(e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.HOST_UNREACHABLE));
            proxy.received();
            assertThatThrownBy(listener::accept).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "05 00", "04 00 00 01 c0 00 02 01 00 14"})
    void whatIsNoReplyClosesTheListener(String reply) throws Exception {
        try (ScriptedProxy proxy = listening(client -> {
            client.send(reply);
            client.socket().shutdownOutput();
            client.awaitEnd();
        })) {
            RemoteListener listener = proxy.client().bind(PEER);
            assertThatThrownBy(listener::accept).isInstanceOf(MalformedMessageException.class);
            proxy.received();
        }
    }

    @Test
    void aRefusalClosesTheConnection() throws Exception {
        try (ScriptedProxy proxy = listening("05 07 00 01 00 00 00 00 00 00", ScriptedProxy.Client::awaitEnd)) {
            assertThatThrownBy(() -> proxy.client().bind(PEER)).isInstanceOf(RequestRejectedException.class);
            proxy.received();
        }
    }

    @Test
    void closeEndsAnAccept() throws Exception {
        try (ScriptedProxy proxy = listening(ScriptedProxy.Client::awaitEnd)) {
            RemoteListener listener = proxy.client().bind(PEER);
            Blocked accept = Blocked.in(listener::accept);
            listener.close();
            assertThat(accept.failure()).isInstanceOf(SocketException.class);
            assertThat(accept.wasInterrupted()).isFalse();
            proxy.received();
        }
    }

    @Test
    void interruptEndsAnAcceptAndClosesTheListener() throws Exception {
        try (ScriptedProxy proxy = listening(ScriptedProxy.Client::awaitEnd)) {
            RemoteListener listener = proxy.client().bind(PEER);
            Blocked accept = Blocked.in(listener::accept);
            accept.interrupt();
            assertThat(accept.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(accept.wasInterrupted()).isTrue();
            proxy.received();
        }
    }

    @Test
    void onlyOneThreadWaits() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        try (ScriptedProxy proxy = listening(client -> {
                    refused.await();
                    client.send(CONNECTED);
                    client.awaitEnd();
                });
                RemoteListener listener = proxy.client().bind(PEER)) {
            Blocked first = Blocked.in(() -> acceptInTurn(listener).close());
            assertThatIllegalStateException().isThrownBy(() -> {
                while (timesOut(listener)) {
                    Thread.onSpinWait(); // The other thread does not wait yet.
                }
            });
            refused.countDown();
            assertThat(first.failure()).isNull();
            proxy.received();
        }
    }

    private static boolean timesOut(RemoteListener listener) throws IOException {
        try {
            listener.accept(Duration.ofMillis(1)).close();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    private static Socket acceptInTurn(RemoteListener listener) throws IOException {
        while (true) {
            try {
                return listener.accept(LONG);
            } catch (IllegalStateException e) {
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "P25D"})
    void limitsHaveARange(Duration limit) throws Exception {
        try (ScriptedProxy proxy = listening(ScriptedProxy.Client::awaitEnd);
                RemoteListener listener = proxy.client().bind(PEER)) {
            assertThatIllegalArgumentException().isThrownBy(() -> listener.accept(limit));
        }
    }
}
