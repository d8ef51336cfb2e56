package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.Mockito.RETURNS_DEFAULTS;
import static org.mockito.Mockito.mock;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.NoAcceptableMethodException;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Protection;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.testing.Authority;
import dev.socks5.testing.TlsFront;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners are told of connections that fail: the phase, the proxy and the exception, once. */
@Timeout(60)
class ListenerFailureTest {

    private static final Endpoint DESTINATION = Endpoint.of("origin.example", 80);
    private static final Endpoint SECOND = Endpoint.of("192.0.2.2", 1082);
    private static final String REFUSED = "05 05 00 01 00 00 00 00 00 00";

    private final Told told = new Told();

    private static Endpoint endpoint(ScriptedProxy proxy) {
        return Endpoint.of(proxy.address());
    }

    /** Connects in vain; the caller gets the exception that the listener was told of. */
    private Throwable fail(Way way, Socks5ClientBuilder builder) {
        return fail(way, builder.listener(told).build());
    }

    private Throwable fail(Way way, Socks5Client client) {
        Throwable thrown = catchThrowable(() -> way.open(client, DESTINATION).close());
        assertThat(told.failure().cause()).isSameAs(thrown);
        assertThat(told.failure().total()).isPositive();
        return thrown;
    }

    private void assertFailedAt(ConnectPhase phase, Endpoint proxy) {
        assertThat(told.failure().phase()).isEqualTo(phase);
        assertThat(told.failure().proxy()).contains(proxy);
    }

    private void assertFailedAtDestination(ConnectPhase phase) {
        assertThat(told.failure().phase()).isEqualTo(phase);
        assertThat(told.failure().proxy()).isEmpty();
    }

    private static int portOfNobody() throws Exception {
        try (ServerSocket gone = new ServerSocket(0)) {
            return gone.getLocalPort();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatHasNoAddress(Way way) {
        Socks5ClientBuilder builder = Socks5Client.builder()
                .proxy("proxy.example", 1080)
                .resolver(name -> {
                    throw new UnknownHostException(name);
                });
        assertThat(fail(way, builder)).isInstanceOf(UnknownHostException.class);
        assertFailedAt(ConnectPhase.LOOK_UP, Endpoint.of("proxy.example", 1080));
    }

    /** The proxy has a name too, which is looked up after that. */
    @ParameterizedTest
    @EnumSource
    void aDestinationThatHasNoAddressHere(Way way) {
        Socks5ClientBuilder builder = Socks5Client.builder()
                .proxy("proxy.example", 1080)
                .lookUpNamesHere()
                .resolver(name -> {
                    throw new UnknownHostException(name);
                });
        assertThat(fail(way, builder)).isInstanceOf(UnknownHostException.class);
        assertFailedAtDestination(ConnectPhase.LOOK_UP);
    }

    @Test
    void aDestinationThatNoProxyCanBeAskedFor() throws Exception {
        Socks5Client client =
                Socks5Client.builder().proxy("192.0.2.1", 1080).listener(told).build();
        assertThat(catchThrowable(() -> client.connect("fe80::1%1", 80))).isInstanceOf(NoRouteToHostException.class);
        assertFailedAtDestination(ConnectPhase.LOOK_UP);
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatIsNotThere(Way way) throws Exception {
        int port = portOfNobody();
        assertThat(fail(way, Socks5Client.builder().proxy("127.0.0.1", port))).isInstanceOf(ConnectException.class);
        assertFailedAt(ConnectPhase.DIAL, Endpoint.of("127.0.0.1", port));
    }

    @ParameterizedTest
    @EnumSource
    void aDestinationThatIsNotThere(Way way) throws Exception {
        int port = portOfNobody();
        Socks5Client client = Socks5Client.builder()
                .proxy("192.0.2.1", 1080)
                .direct(destination -> true)
                .listener(told)
                .build();
        assertThat(catchThrowable(() -> way.open(client, Endpoint.of("127.0.0.1", port))))
                .isInstanceOf(ConnectException.class);
        assertFailedAtDestination(ConnectPhase.DIAL);
        assertThat(told.attempt().proxies()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatDoesNotAnswerTheDial(Way way) throws Exception {
        try (DeafProxy proxy = new DeafProxy()) {
            Socks5ClientBuilder builder =
                    Socks5Client.builder().proxy(proxy.address()).connectTimeout(Duration.ofMillis(100));
            assertThat(fail(way, builder)).isInstanceOf(SocketTimeoutException.class);
            assertFailedAt(ConnectPhase.DIAL, Endpoint.of(proxy.address()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatTakesNoMethod(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet("05 ff");
            client.awaitEnd();
        })) {
            assertThat(fail(way, proxy.clientBuilder())).isInstanceOf(NoAcceptableMethodException.class);
            assertFailedAt(ConnectPhase.NEGOTIATION, endpoint(proxy));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatRefusesTheLogin(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.LOGIN_SELECTED);
            client.readLogin();
            client.send("01 01");
            client.awaitEnd();
        })) {
            assertThat(fail(way, proxy.clientBuilder().credentials("user", "secret")))
                    .isInstanceOf(AuthenticationFailedException.class);
            assertFailedAt(ConnectPhase.NEGOTIATION, endpoint(proxy));
            assertThat(told.failure().toString()).doesNotContain("secret");
        }
    }

    /** With more time if this host has been too busy even to dial. */
    @ParameterizedTest
    @EnumSource
    void aProxyThatGoesSilent(Way way) throws Exception {
        ConnectFailure failure;
        int millis = 100;
        do {
            Told once = new Told();
            try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
                Socks5Client client = proxy.clientBuilder()
                        .connectTimeout(Duration.ofMillis(millis))
                        .listener(once)
                        .build();
                assertThat(catchThrowable(() -> way.open(client, DESTINATION)))
                        .isInstanceOf(SocketTimeoutException.class)
                        .isSameAs(once.failure().cause());
                assertThat(once.failure().proxy()).contains(endpoint(proxy));
            }
            failure = once.failure();
            millis *= 4;
        } while (failure.phase() == ConnectPhase.DIAL && millis < 10_000);
        assertThat(failure.phase()).isEqualTo(ConnectPhase.NEGOTIATION);
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatRefusesTheRequest(Way way) throws Exception {
        try (ScriptedProxy proxy = refusing()) {
            assertThat(fail(way, proxy.clientBuilder())).isInstanceOf(RequestRejectedException.class);
            assertFailedAt(ConnectPhase.REQUEST, endpoint(proxy));
        }
    }

    /** The method is selected, and the request was sent before. */
    @ParameterizedTest
    @EnumSource
    void aProxyThatRefusesTheRequestSentAhead(Way way) throws Exception {
        try (ScriptedProxy proxy = refusing()) {
            assertThat(fail(way, proxy.clientBuilder().sendAhead())).isInstanceOf(RequestRejectedException.class);
            assertFailedAt(ConnectPhase.REQUEST, endpoint(proxy));
        }
    }

    private static ScriptedProxy refusing() throws Exception {
        return new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send(REFUSED);
            client.awaitEnd();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatEndsTheConnection(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
        })) {
            assertThat(fail(way, proxy.clientBuilder())).isInstanceOf(MalformedMessageException.class);
            assertFailedAt(ConnectPhase.REQUEST, endpoint(proxy));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatDoesNotReachTheNextOne(Way way) throws Exception {
        try (ScriptedProxy proxy = refusing()) {
            fail(way, second().listener(told).build().through(proxy.client()));
            assertFailedAt(ConnectPhase.REQUEST, endpoint(proxy));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSecondProxyThatRefusesTheRequest(Way way) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            client.expect("05 01 00");
            client.send("05 00");
            client.readRequest();
            client.send(REFUSED);
            client.awaitEnd();
        })) {
            fail(way, second().listener(told).build().through(proxy.client()));
            assertFailedAt(ConnectPhase.REQUEST, SECOND);
        }
    }

    private static Socks5ClientBuilder second() {
        return Socks5Client.builder().proxy("192.0.2.2", 1082);
    }

    @ParameterizedTest
    @EnumSource
    void aLoginThatCannotBeHad(Way way) throws Exception {
        Supplier<PasswordRequest> logins = () -> {
            throw new IllegalStateException("no login");
        };
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            assertThat(fail(way, proxy.clientBuilder().credentials(logins))).isInstanceOf(IllegalStateException.class);
            assertFailedAt(ConnectPhase.NEGOTIATION, endpoint(proxy));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoginForTheSecondProxyThatCannotBeHad(Way way) throws Exception {
        Supplier<PasswordRequest> logins = () -> {
            throw new IllegalStateException("no login");
        };
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            fail(way, second().credentials(logins).listener(told).build().through(proxy.client()));
            assertFailedAt(ConnectPhase.NEGOTIATION, SECOND);
        }
    }

    /** The caller gets no attempt at all: nobody knows whether there would be proxies on the way. */
    @ParameterizedTest
    @EnumSource
    void whoCannotSayWhatGoesDirectBeginsNothing(Way way) {
        Socks5Client client = Socks5Client.builder()
                .proxy("192.0.2.1", 1080)
                .direct(destination -> {
                    throw new IllegalStateException("on purpose");
                })
                .listener(told)
                .build();
        assertThat(catchThrowable(() -> way.open(client, DESTINATION))).isInstanceOf(IllegalStateException.class);
        assertThat(told.begun()).isEmpty();
        assertThat(told.hasMore()).isFalse();
    }

    @Test
    void aCertificateThatIsNotTrusted() throws Exception {
        Authority stranger = new Authority();
        TlsFront front = new TlsFront(stranger.context(stranger.issue("A proxy", "127.0.0.1")));
        for (boolean byContext : new boolean[] {true, false}) {
            Told of = new Told();
            try (ScriptedProxy proxy = new ScriptedProxy(front.before(ScriptedProxy.Client::awaitEnd))) {
                Socks5ClientBuilder builder = proxy.clientBuilder().listener(of);
                Socks5Client client = byContext
                        ? builder.tls(new Authority().context()).build()
                        : builder.proxySocketFactory(new Authority().context().getSocketFactory())
                                .build();
                assertThat(catchThrowable(() -> client.connect(DESTINATION))).isInstanceOf(SSLException.class);
                assertThat(of.failure().phase()).isEqualTo(ConnectPhase.TLS);
                assertThat(of.failure().proxy()).contains(endpoint(proxy));
            }
        }
    }

    @Test
    void aMethodOfTheUsersOwnThatFails() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 80");
            client.send("05 80");
            client.expect("01");
            client.send("ff");
            client.awaitEnd();
        })) {
            ClientNegotiation.Factory method = new PrivateMethod(0x80);
            assertThat(fail(Way.CONNECT, proxy.clientBuilder().method(method)))
                    .isInstanceOf(AuthenticationFailedException.class);
            assertFailedAt(ConnectPhase.NEGOTIATION, endpoint(proxy));
        }
    }

    /** The proxy has answered, but not to what it was asked. */
    @Test
    void aLookUpThatIsAnsweredWithAName() throws Exception {
        try (ScriptedProxy proxy = answering("05 00 00 03 03 61 2e 62 00 00")) {
            Socks5Client client = proxy.clientBuilder().listener(told).build();
            Throwable thrown = catchThrowable(() -> client.resolve("origin.example"));
            assertThat(thrown).isInstanceOf(MalformedMessageException.class);
            assertThat(told.failure().cause()).isSameAs(thrown);
            assertFailedAt(ConnectPhase.REQUEST, endpoint(proxy));
        }
    }

    @Test
    void aReverseLookUpThatIsAnsweredWithAnAddress() throws Exception {
        try (ScriptedProxy proxy = answering(ScriptedProxy.SUCCESS)) {
            Socks5Client client = proxy.clientBuilder().listener(told).build();
            assertThat(catchThrowable(() -> client.nameOf(proxy.address().getAddress())))
                    .isInstanceOf(MalformedMessageException.class);
            assertFailedAt(ConnectPhase.REQUEST, endpoint(proxy));
        }
    }

    @Test
    void aRelayThatIsGivenByName() throws Exception {
        try (ScriptedProxy proxy = answering("05 00 00 03 03 61 2e 62 04 38")) {
            Socks5Client client = proxy.clientBuilder().listener(told).build();
            assertThat(catchThrowable(client::associate)).isInstanceOf(MalformedMessageException.class);
            assertFailedAt(ConnectPhase.REQUEST, endpoint(proxy));
            assertThat(proxy.received()).startsWith("05 01 00 05 03");
        }
    }

    private static ScriptedProxy answering(String reply) throws Exception {
        return new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send(reply);
            client.awaitEnd();
        });
    }

    @Test
    void aBindThatIsRefused() throws Exception {
        try (ScriptedProxy proxy = refusing()) {
            Socks5Client client = proxy.clientBuilder().listener(told).build();
            assertThat(catchThrowable(client::bind)).isInstanceOf(RequestRejectedException.class);
            assertFailedAt(ConnectPhase.REQUEST, endpoint(proxy));
        }
    }

    /** A channel has no place for it, and that shows only when the tunnel is open. */
    @ParameterizedTest
    @EnumSource(names = {"CHANNEL", "ASYNC"})
    void aProtectionThatChannelsHaveNoPlaceFor(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 80");
            client.send("05 80");
            client.expect("01");
            client.send("00");
            client.readRequest();
            client.send(ScriptedProxy.SUCCESS);
            client.awaitEnd();
        })) {
            PrivateMethod method = new PrivateMethod(0x80, inClear());
            assertThat(fail(way, proxy.clientBuilder().method(method)))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    /** Changes nothing. */
    private static Protection inClear() {
        return mock(Protection.class, call -> switch (call.getMethod().getName()) {
            case "wrap" -> taken(call.getArgument(0));
            case "unwrap" -> Optional.of(taken(call.getArgument(0))).filter(ByteBuffer::hasRemaining);
            case "missing" -> 1;
            default -> RETURNS_DEFAULTS.answer(call);
        });
    }

    private static ByteBuffer taken(ByteBuffer data) {
        byte[] all = new byte[data.remaining()];
        data.get(all);
        return ByteBuffer.wrap(all);
    }

    private static ScriptedProxy stalling(CountDownLatch stalled) throws Exception {
        return ScriptedProxy.tunnel(client -> {
            client.expect("05 01 00");
            stalled.countDown();
            client.awaitEnd();
        });
    }

    @Test
    void anInterrupt() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        try (ScriptedProxy proxy = stalling(stalled)) {
            Socks5Client client = second().listener(told).build().through(proxy.client());
            Blocked caller = Blocked.in(() -> client.connect(DESTINATION));
            stalled.await();
            caller.interrupt();
            assertThat(caller.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(told.failure().cause()).isInstanceOf(ClosedByInterruptException.class);
            assertFailedAt(ConnectPhase.NEGOTIATION, SECOND);
        }
    }

    @Test
    void aCloseByAnotherThread() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        try (ScriptedProxy proxy = stalling(stalled)) {
            Socks5Client client = second().listener(told).build().through(proxy.client());
            Socket socket = client.socketFactory().createSocket();
            Blocked caller = Blocked.in(() -> socket.connect(InetSocketAddress.createUnresolved("origin.example", 80)));
            stalled.await();
            socket.close();
            assertThat(caller.failure()).isNotNull();
            assertFailedAt(ConnectPhase.NEGOTIATION, SECOND);
        }
    }

    @Test
    void aFutureThatIsCancelled() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        try (ScriptedProxy proxy = stalling(stalled)) {
            Socks5Client client = second().listener(told).build().through(proxy.client());
            CompletableFuture<SocketChannel> future = client.connectAsync(DESTINATION);
            stalled.await();
            assertThat(future.cancel(false)).isTrue();
            assertThat(told.next()).isInstanceOfSatisfying(ConnectFailure.class, failure -> {
                assertThat(failure.cause()).isInstanceOf(CancellationException.class);
                assertThat(failure.phase()).isEqualTo(ConnectPhase.NEGOTIATION);
                assertThat(failure.proxy()).isEqualTo(Optional.of(SECOND));
            });
            proxy.received(); // The connection is closed, and nothing more is told.
            assertThat(told.hasMore()).isFalse();
        }
    }
}
