package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.client.internal.dial.Resolver;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.testing.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several proxies that stand in for each other, in every way of connecting. */
@Timeout(60)
class SeveralProxiesTest {

    private static final Endpoint DESTINATION = Failures.DESTINATION;

    private final AtomicLong clock = new AtomicLong();
    private Member a;
    private Member b;
    private Member c;

    @BeforeEach
    void open() throws IOException {
        a = new Member(Member.SERVES);
        b = new Member(Member.SERVES);
        c = new Member(Member.SERVES);
    }

    @AfterEach
    void close() {
        List.of(a, b, c).forEach(Member::close);
    }

    private Socks5Client inOrder(Socks5Client first, Socks5Client... next) {
        return Socks5Client.several(Proxies.Order.IN_ORDER, clock::get, first, next);
    }

    private Socks5Client inOrder() {
        return inOrder(a.client(), b.client(), c.client());
    }

    private List<Integer> met() {
        return List.of(a.met(), b.met(), c.met());
    }

    private static Endpoint connect(Way way, Socks5Client client) throws Exception {
        way.open(client, DESTINATION).close();
        return DESTINATION;
    }

    private static Throwable failure(Way way, Socks5Client client) {
        return Objects.requireNonNull(catchThrowable(() -> connect(way, client)));
    }

    @ParameterizedTest
    @EnumSource
    void passesOverAProxyThatHasFailedForATime(Way way) throws Exception {
        Socks5Client client = inOrder();
        connect(way, client);
        assertThat(met()).containsExactly(1, 0, 0);
        a.now(Member.HANGS_UP);
        connect(way, client);
        connect(way, client);
        assertThat(met()).containsExactly(2, 2, 0);
        clock.addAndGet(Duration.ofSeconds(1).toNanos() - 1);
        connect(way, client);
        assertThat(met()).containsExactly(2, 3, 0);
        a.now(Member.SERVES);
        clock.addAndGet(1);
        connect(way, client);
        connect(way, client);
        assertThat(met()).containsExactly(4, 3, 0);
    }

    @ParameterizedTest
    @EnumSource
    void takesProxiesInTurnAndLeavesOutNoTurn(Way way) throws Exception {
        Socks5Client client =
                Socks5Client.several(Proxies.Order.IN_TURN, clock::get, a.client(), b.client(), c.client());
        for (int i = 0; i < 6; i++) {
            connect(way, client);
        }
        assertThat(met()).containsExactly(2, 2, 2);
        a.now(Member.HANGS_UP);
        for (int i = 0; i < 6; i++) {
            connect(way, client);
        }
        assertThat(met()).containsExactly(3, 5, 5);
    }

    @ParameterizedTest
    @EnumSource
    void triesTheNextProxyAndPassesOverTheOneThatFailed(Way way) throws Exception {
        Resolver nobody = name -> {
            throw new UnknownHostException(name);
        };
        Socks5ClientBuilder unreachable = Socks5Client.builder().proxy("127.0.0.1", Ports.free());
        Socks5ClientBuilder unknown =
                Socks5Client.builder().proxy("proxy.example", 1).resolver(nobody);
        assertTriedOnce(way, unreachable, Member.SERVES);
        assertTriedOnce(way, unknown, Member.SERVES);
        assertTriedOnce(way, a.builder().connectTimeout(Duration.ofMillis(100)), Member.KEEPS_SILENT);
        assertTriedOnce(way, a.builder(), Member.HANGS_UP);
        assertTriedOnce(way, a.builder(), Member.BABBLES);
        assertTriedOnce(way, a.builder().credentials("u", "p"), Member.KEEPS_OUT);
    }

    private void assertTriedOnce(Way way, Socks5ClientBuilder first, Member.Conduct conduct) throws Exception {
        a.now(conduct);
        Told told = new Told();
        Socks5Client client = inOrder(first.listener(told).build(), b.client());
        int before = b.met();
        connect(way, client);
        connect(way, client);
        assertThat(told.failure()).isNotNull();
        assertThat(b.met() - before).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void passesOverAChainWhoseProxiesCannotReachEachOther(Way way) throws Exception {
        a.now(Member.replies(ReplyCode.CONNECTION_REFUSED));
        Socks5Client client = inOrder(c.client().through(a.client()), b.client());
        connect(way, client);
        connect(way, client);
        assertThat(met()).containsExactly(1, 2, 0);
    }

    @ParameterizedTest
    @EnumSource
    void triesTheNextProxyAfterARefusalAndComesBackAtOnce(Way way) throws Exception {
        for (int code : new int[] {1, 2, 3, 4, 6, 7, 8, 0x99}) {
            a.now(Member.replies(ReplyCode.of(code)));
            Socks5Client client = inOrder();
            int before = a.met();
            connect(way, client);
            connect(way, client);
            assertThat(a.met() - before).as("%02x", code).isEqualTo(2);
        }
        assertThat(b.met()).isEqualTo(16);
    }

    @ParameterizedTest
    @EnumSource
    void takesARefusalOfTheDestinationForTheAnswer(Way way) throws Exception {
        a.now(Member.BABBLES);
        b.now(Member.replies(ReplyCode.CONNECTION_REFUSED));
        Throwable failure = failure(way, inOrder());
        assertThat(((RequestRejectedException) failure).reply().code()).isEqualTo(ReplyCode.CONNECTION_REFUSED);
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(met()).containsExactly(1, 1, 0);
    }

    @ParameterizedTest
    @EnumSource
    void triesThoseThatRestIfTheOthersFail(Way way) throws Exception {
        List.of(a, b, c).forEach(member -> member.now(Member.HANGS_UP));
        Socks5Client client = inOrder();
        for (int i = 1; i <= 3; i++) {
            failure(way, client);
            assertThat(met()).containsExactly(i, i, i);
        }
        c.now(Member.SERVES);
        connect(way, client);
        connect(way, client);
        assertThat(met()).containsExactly(4, 4, 5);
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatWasWrongWithEach(Way way) throws Exception {
        int port = Ports.free();
        Socks5Client unreachable =
                Socks5Client.builder().proxy("127.0.0.1", port).build();
        a.now(Member.KEEPS_OUT);
        Throwable failure = failure(way, inOrder(unreachable, a.client()));
        assertThat(failure)
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessage(
                        "none of 2 proxies can be used: cannot reach the proxy 127.0.0.1:%d: Connection refused;"
                                + " %s",
                        port, failure.getSuppressed()[1].getMessage());
        assertThat(failure.getSuppressed()[1])
                .hasMessageContaining("[proxy 127.0.0.1:" + a.address().getPort() + "]");
        b.now(Member.KEEPS_SILENT);
        Socks5Client silent = b.builder().connectTimeout(Duration.ofMillis(100)).build();
        assertThat(failure(way, inOrder(unreachable, silent)))
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessageEndingWith(
                        "; no tunnel to example.com:80 through the proxy 127.0.0.1:%d within 100 ms",
                        b.address().getPort());
        assertThat(failure(way, inOrder(silent, unreachable))).isExactlyInstanceOf(ConnectException.class);
    }

    @ParameterizedTest
    @EnumSource
    void throwsTheMostTellingRefusal(Way way) {
        a.now(Member.replies(ReplyCode.NOT_ALLOWED));
        b.now(Member.replies(ReplyCode.HOST_UNREACHABLE));
        c.now(Member.HANGS_UP);
        Throwable last = failure(way, inOrder());
        assertThat(((RequestRejectedException) last).reply().code()).isEqualTo(ReplyCode.HOST_UNREACHABLE);
        assertThat(last.getSuppressed()).hasSize(2);
        b.now(Member.replies(ReplyCode.GENERAL_FAILURE));
        assertThat(((RequestRejectedException) failure(way, inOrder())).reply().code())
                .isEqualTo(ReplyCode.NOT_ALLOWED);
        a.now(Member.replies(ReplyCode.GENERAL_FAILURE));
        assertThat(((RequestRejectedException) failure(way, inOrder())).proxy()).contains(Endpoint.of(b.address()));
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingOpen(Way way) throws Exception {
        Socks5Client client = inOrder();
        connect(way, client);
        int before = Eventually.descriptors();
        a.now(Member.BABBLES);
        b.now(Member.replies(ReplyCode.HOST_UNREACHABLE));
        for (int i = 0; i < 3; i++) {
            connect(way, inOrder());
        }
        c.now(Member.KEEPS_OUT);
        failure(way, inOrder());
        Eventually.isTrue("all closed", () -> a.isAlone() && b.isAlone() && c.isAlone());
        Eventually.isTrue("no descriptors", () -> Eventually.descriptors() <= before);
    }

    @ParameterizedTest
    @EnumSource
    void asksTheFirstAloneWhatGoesDirectAndNeverGoesThereBecauseProxiesFail(Way way) throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 5, a.address().getAddress())) {
            Endpoint there = Endpoint.of("127.0.0.1", origin.getLocalPort());
            AtomicLong asked = new AtomicLong();
            Socks5Client first = a.builder()
                    .direct(destination -> {
                        asked.incrementAndGet();
                        return destination.equals(there);
                    })
                    .build();
            Socks5Client client = inOrder(first, b.client());
            try (Closeable direct = way.open(client, there)) {
                assertThat(direct).isNotNull();
                origin.accept().close();
            }
            assertThat(asked).hasValue(1);
            a.now(Member.HANGS_UP);
            b.now(Member.HANGS_UP);
            assertThat(failure(way, client)).isInstanceOf(ConnectException.class);
            assertThat(asked).hasValue(2);
            assertThat(met()).containsExactly(1, 1, 0);
            origin.close();
            assertThat(catchThrowable(() -> way.open(client, there)))
                    .isExactlyInstanceOf(ConnectException.class)
                    .hasMessage("Connection refused");
            assertThat(met()).containsExactly(1, 1, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void blamesNoProxyForANameThatIsNotFoundHere(Way way) throws Exception {
        Socks5Client local = a.builder()
                .lookUpNamesHere()
                .resolver(name -> {
                    throw new UnknownHostException(name);
                })
                .build();
        Socks5Client client = inOrder(local, b.client());
        connect(way, client);
        assertThat(met()).containsExactly(0, 1, 0);
        way.open(client, Endpoint.of("192.0.2.1", 80)).close();
        assertThat(met()).containsExactly(1, 1, 0);
        assertThat(failure(way, inOrder(local, local)))
                .isInstanceOf(ConnectException.class)
                .hasMessage(
                        "none of 2 proxies can be used: %s: example.com; %1$s: example.com",
                        "127.0.0.1:" + a.address().getPort());
    }

    /** No proxy has this host's zones. */
    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "FACTORY"})
    void triesNoOtherForWhatTheCallerHasDoneWrong(Way way) throws Exception {
        InetAddress scoped = java.net.Inet6Address.getByAddress(
                null, InetAddress.getByName("fe80::1").getAddress(), 1);
        Socks5Client client = inOrder();
        assertThat(catchThrowable(() -> {
                    if (way == Way.CONNECT) {
                        client.connect("fe80::1%1", 80);
                    } else {
                        client.socketFactory().createSocket(scoped, 80);
                    }
                }))
                .isExactlyInstanceOf(NoRouteToHostException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).isEmpty());
        connect(way, client);
        assertThat(met()).containsExactly(1, 0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void tellsEachListenerOfTheAttemptsOfItsOwnProxy(Way way) throws Exception {
        Told ofA = new Told();
        Told ofB = new Told();
        a.now(Member.BABBLES);
        connect(
                way,
                inOrder(
                        a.builder().listener(ofA).build(),
                        b.builder().listener(ofB).build()));
        assertThat(ofA.failure().phase()).isEqualTo(ConnectPhase.NEGOTIATION);
        assertThat(ofA.attempt().proxies()).containsExactly(Endpoint.of(a.address()));
        assertThat(ofB.times().proxies()).hasSize(1);
    }

    /** The supplier of logins is the caller's own. */
    @ParameterizedTest
    @EnumSource
    void passesOnWhatTheCallersCodeThrows(Way way) throws Exception {
        Socks5Client throwing = a.builder()
                .credentials(() -> {
                    throw new IllegalStateException("no login");
                })
                .build();
        b.now(Member.HANGS_UP);
        Socks5Client client = inOrder(b.client(), throwing, c.client());
        Throwable failure = failure(way, client);
        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessage("no login");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(c.met()).isZero();
        Eventually.isTrue("all closed", () -> a.isAlone() && b.isAlone());
    }
}
