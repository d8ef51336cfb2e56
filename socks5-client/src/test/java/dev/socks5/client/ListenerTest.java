package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import dev.socks5.client.internal.platform.Threads;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.testing.Authority;
import dev.socks5.testing.TlsFront;
import java.io.Closeable;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What listeners are told of connections that succeed, with a clock that moves only where a test moves it. */
@Timeout(60)
class ListenerTest {

    private static final Endpoint DESTINATION = Endpoint.of("origin.example", 80);

    private final Told told = new Told();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000); // It may overflow.

    private void pass(int millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static Duration ms(int millis) {
        return Duration.ofMillis(millis);
    }

    private Socks5ClientBuilder watched(Socks5ClientBuilder builder) {
        return builder.listener(told).clock(clock::get);
    }

    private static Endpoint endpoint(ScriptedProxy proxy) {
        return Endpoint.of(proxy.address());
    }

    /** Takes 2 ms to select the login, 3 ms to accept it, and 4 ms to open the tunnel. */
    private void slowTunnel(ScriptedProxy.Client client) throws Exception {
        slowLogin(client);
        client.readRequest();
        pass(4);
        client.send(ScriptedProxy.SUCCESS);
        client.awaitEnd();
    }

    private void slowLogin(ScriptedProxy.Client client) throws Exception {
        client.read(4);
        pass(2);
        client.send(ScriptedProxy.LOGIN_SELECTED);
        client.readLogin();
        pass(3);
        client.send(ScriptedProxy.LOGIN_ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheTimesOfAProxy(Way way) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(this::slowTunnel)) {
            Socks5Client client = watched(Socks5Client.builder())
                    .proxy("proxy.example", proxy.address().getPort())
                    .resolver(name -> {
                        pass(1);
                        return List.of(proxy.address().getAddress());
                    })
                    .credentials("user", "secret")
                    .build();
            try (Closeable open = way.open(client, DESTINATION)) {
                Endpoint name = Endpoint.of("proxy.example", proxy.address().getPort());
                assertThat(told.attempt().request()).isEqualTo(Request.connect(DESTINATION));
                assertThat(told.attempt().proxies()).containsExactly(name);
                assertThat(told.times())
                        .isEqualTo(new ConnectTimes(
                                ms(1),
                                Duration.ZERO,
                                List.of(new ConnectTimes.ProxyTimes(name, Duration.ZERO, ms(5), ms(4))),
                                ms(10)));
            }
            assertThat(proxy.received()).contains("73 65 63 72 65 74");
            assertThat(told.attempt().toString()).doesNotContain("secret");
        }
    }

    @Test
    void tellsTheTimeOfTheDial() throws Exception {
        Queue<InetSocketAddress> slowly = new ArrayDeque<>() {
            @Override
            public @Nullable InetSocketAddress poll() {
                pass(6);
                return null;
            }
        };
        try (ScriptedProxy proxy = new ScriptedProxy(this::slowTunnel)) {
            Socks5Client client = watched(proxy.clientBuilder())
                    .credentials("user", "secret")
                    .proxySocketFactory(new PlainFactory(new ArrayDeque<>(), slowly))
                    .build();
            client.connect(DESTINATION).close();
            assertThat(told.times().lookUp()).isZero();
            assertThat(told.times().dial()).isEqualTo(ms(6));
            assertThat(told.times().total()).isEqualTo(ms(15));
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsNoProxyOfADestinationThatGoesDirect(Way way) throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Socks5Client client = watched(Socks5Client.builder())
                    .proxy("192.0.2.1", 1080)
                    .direct(destination -> true)
                    .resolver(name -> {
                        pass(1);
                        return List.of(origin.getInetAddress());
                    })
                    .build();
            Endpoint destination = Endpoint.of("origin.example", origin.getLocalPort());
            way.open(client, destination).close();
            assertThat(told.attempt().request()).isEqualTo(Request.connect(destination));
            assertThat(told.attempt().proxies()).isEmpty();
            assertThat(told.times()).isEqualTo(new ConnectTimes(ms(1), Duration.ZERO, List.of(), ms(1)));
        }
    }

    @Test
    void tellsOfBind() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            watched(proxy.clientBuilder()).build().bind(DESTINATION).close();
            assertThat(told.attempt().request()).isEqualTo(new Request(Command.BIND, DESTINATION));
            assertThat(told.times().proxies())
                    .extracting(ConnectTimes.ProxyTimes::proxy)
                    .containsExactly(endpoint(proxy));
        }
    }

    /** The TLS of a context, and that of a factory's sockets. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsTheTimeOfTls(boolean byContext) throws Exception {
        Authority authority = new Authority();
        TlsFront front = new TlsFront(authority.context(authority.issue("A proxy", "localhost", "127.0.0.1")));
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            PushbackInputStream in = new PushbackInputStream(client.socket().getInputStream());
            in.unread(in.read()); // Now it has begun.
            pass(7);
            slowTunnel(client.over(front.accept(in, client.socket().getOutputStream())));
        })) {
            Socks5ClientBuilder builder = watched(Socks5Client.builder())
                    .proxy("localhost", proxy.address().getPort())
                    .resolver(name -> List.of(proxy.address().getAddress()))
                    .credentials("user", "secret");
            SSLContext trusting = authority.context();
            Socks5Client client = byContext
                    ? builder.tls(trusting).build()
                    : builder.proxySocketFactory(trusting.getSocketFactory()).build();
            client.connect(DESTINATION).close();
            ConnectTimes.ProxyTimes times = told.times().proxies().get(0);
            assertThat(told.times().dial()).isZero();
            assertThat(times.tls()).isEqualTo(ms(7));
            assertThat(times.negotiation()).isEqualTo(ms(5));
            assertThat(times.request()).isEqualTo(ms(4));
            assertThat(told.times().total()).isEqualTo(ms(16));
        }
    }

    /** The listeners of the client that is used hear of it, and no others. */
    @ParameterizedTest
    @EnumSource
    void tellsTheTimesOfEachProxyOfAChain(Way way) throws Exception {
        Told other = new Told();
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            slowLogin(client);
            client.readRequest();
            pass(6);
            client.send(ScriptedProxy.SUCCESS);
            slowTunnel(client);
        })) {
            Socks5Client first = proxy.clientBuilder()
                    .credentials("user", "secret")
                    .listener(other)
                    .build();
            Socks5Client second = watched(Socks5Client.builder())
                    .proxy("192.0.2.2", 1082)
                    .credentials("user", "secret")
                    .build();
            way.open(second.through(first), DESTINATION).close();
            Endpoint hop = Endpoint.of("192.0.2.2", 1082);
            assertThat(told.attempt().proxies()).containsExactly(endpoint(proxy), hop);
            assertThat(told.times())
                    .isEqualTo(new ConnectTimes(
                            Duration.ZERO,
                            Duration.ZERO,
                            List.of(
                                    new ConnectTimes.ProxyTimes(endpoint(proxy), Duration.ZERO, ms(5), ms(6)),
                                    new ConnectTimes.ProxyTimes(hop, Duration.ZERO, ms(5), ms(4))),
                            ms(20)));
            assertThat(other.begun()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void severalAddressesOfADestinationAreOneAttempt(Way way) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            Threads.start("test", () -> answer(listener, "05", "04", "00"));
            Socks5Client client = watched(Socks5Client.builder())
                    .proxy("127.0.0.1", listener.getLocalPort())
                    .lookUpNamesHere()
                    .resolver(name -> {
                        pass(1);
                        return List.of(address(1), address(2), address(3));
                    })
                    .build();
            way.open(client, DESTINATION).close();
            assertThat(told.attempt().request()).isEqualTo(Request.connect(DESTINATION));
            assertThat(told.times().lookUp()).isEqualTo(ms(1));
            assertThat(told.times().dial()).isZero();
            assertThat(told.times().proxies())
                    .containsExactly(new ConnectTimes.ProxyTimes(
                            Endpoint.of("127.0.0.1", listener.getLocalPort()), Duration.ZERO, ms(2), ms(3)));
            assertThat(told.times().total()).isEqualTo(ms(1 + 3 * 5));
        }
    }

    /** Takes 2 ms to select no authentication, and 3 ms to reply with each code. */
    private void answer(ServerSocket listener, String... codes) {
        for (String code : codes) {
            try (Socket client = listener.accept()) {
                client.getInputStream().readNBytes(3);
                pass(2);
                client.getOutputStream().write(new byte[] {5, 0});
                client.getInputStream().readNBytes(10);
                pass(3);
                client.getOutputStream().write(HexFormat.of().parseHex("05" + code + "0001000000000000"));
                client.getInputStream().readAllBytes();
            } catch (IOException e) {
                return; // The client has been closed, or fails the test by itself.
            }
        }
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aNameThatABindIsForIsLookedUp() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = watched(proxy.clientBuilder())
                    .lookUpNamesHere()
                    .resolver(name -> {
                        pass(1);
                        return List.of(address(1));
                    })
                    .build();
            client.bind(DESTINATION).close();
            assertThat(told.attempt().request()).isEqualTo(new Request(Command.BIND, DESTINATION));
            assertThat(told.times().lookUp()).isEqualTo(ms(1));
            assertThat(proxy.received()).isEqualTo("05 01 00 05 02 00 01 c0 00 02 01 00 50");
        }
    }

    /** The second is asked for through the first, by another connection. */
    @Test
    void anAssociationIsAnAttemptForEachProxy() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            int port = listener.getLocalPort();
            Threads.start("test", () -> {
                try (Socket first = listener.accept()) {
                    answer(first, "05 00 00 01 7f 00 00 01 04 38");
                    try (Socket second = listener.accept()) {
                        answer(second, ScriptedProxy.SUCCESS);
                        answer(second, "05 00 00 01 c0 00 02 02 04 38");
                        second.getInputStream().readAllBytes();
                    }
                } catch (IOException e) {
                    // The client fails the test by itself.
                }
            });
            Socks5Client last =
                    watched(Socks5Client.builder()).proxy("192.0.2.2", 1082).build();
            last.through(Socks5Client.builder().proxy("127.0.0.1", port).build())
                    .associate()
                    .close();
            Request request = new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED);
            Endpoint first = Endpoint.of("127.0.0.1", port);
            assertThat(told.begun())
                    .extracting(ConnectAttempt::request, ConnectAttempt::proxies)
                    .containsExactly(
                            tuple(request, List.of(first)),
                            tuple(request, List.of(first, Endpoint.of("192.0.2.2", 1082))));
            assertThat(told.next()).isInstanceOf(ConnectTimes.class);
            assertThat(told.next()).isInstanceOf(ConnectTimes.class);
            assertThat(told.hasMore()).isFalse();
        }
    }

    private static void answer(Socket client, String reply) throws IOException {
        client.getInputStream().readNBytes(3);
        client.getOutputStream().write(new byte[] {5, 0});
        client.getInputStream().readNBytes(10);
        client.getOutputStream().write(HexFormat.ofDelimiter(" ").parseHex(reply));
    }

    @Test
    void tellsOfLookUpsByTheProxy() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            watched(proxy.clientBuilder()).build().resolve("origin.example");
            assertThat(told.attempt().request())
                    .isEqualTo(new Request(Command.RESOLVE, Endpoint.of("origin.example", 0)));
            assertThat(told.times().lookUp()).isZero();
        }
    }

    @Test
    void aListenerThatFailsHarmsNothing() throws Exception {
        Socks5ClientListener failing = mock(Socks5ClientListener.class, call -> {
            throw new AssertionError("on purpose");
        });
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client =
                    watched(proxy.clientBuilder().listener(failing)).build();
            client.connect(DESTINATION).close();
            verify(failing).connecting(told.attempt());
            verify(failing).connected(told.attempt(), told.times());
        }
    }

    @Test
    void laterListenersAreOfLaterClients() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5ClientBuilder builder = proxy.clientBuilder();
            Socks5Client client = builder.build();
            builder.listener(told);
            client.connect(DESTINATION).close();
            assertThat(told.begun()).isEmpty();
        }
    }

    /** The caller's thread tells that it begins; the only thread that tells the end is the one that serves all. */
    @ParameterizedTest
    @EnumSource
    void tellsByTheThreadThatConnects(Way way) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            way.open(watched(proxy.clientBuilder()).build(), DESTINATION).close();
            assertThat(told.beginner()).isSameAs(Thread.currentThread());
            if (way == Way.ASYNC) {
                assertThat(told.ender().getName()).isEqualTo("socks5-connect");
            } else {
                assertThat(told.ender()).isSameAs(Thread.currentThread());
            }
        }
    }

    @Test
    void countsTheAttemptsOfAJvm() throws Exception {
        try (ScriptedProxy first = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                ScriptedProxy second = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            watched(first.clientBuilder()).build().connect(DESTINATION).close();
            watched(second.clientBuilder()).build().connect(DESTINATION).close();
            assertThat(told.begun()).hasSize(2);
            assertThat(told.begun().get(1).id()).isEqualTo(told.begun().get(0).id() + 1);
        }
    }
}
