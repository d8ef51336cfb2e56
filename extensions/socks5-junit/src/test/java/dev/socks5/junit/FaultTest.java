package dev.socks5.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.junit.RecordedRequest.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault, byte for byte, as a client has it from its socket. */
@Timeout(30)
class FaultTest {

    private static final String GREETING = "05 01 00";
    private static final String LOGIN_GREETING = "05 01 02";
    private static final String LOGIN = "01 01 75 01 70"; // u, p
    private static final String HELLO = "68 65 6c 6c 6f";

    /** The reply of the server, up to its port. */
    private static final String GRANTED = "05 00 00 01 7f 00 00 01";

    private Echo echo;
    private Socks5TestProxy proxy;

    @BeforeEach
    void open() throws IOException {
        echo = new Echo();
        proxy = Socks5TestProxy.start();
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
    }

    private String connect() {
        return "05 01 00 01 7f 00 00 01 %02x %02x".formatted(echo.port() >> 8, echo.port() & 0xFF);
    }

    private RawClient client() throws IOException {
        return new RawClient(proxy);
    }

    private RecordedRequest only() {
        assertThat(proxy.requests()).hasSize(1);
        return proxy.requests().get(0);
    }

    private void assertTalks() throws IOException {
        try (RawClient client = client()) {
            assertThat(client.send(GREETING).receive(2)).isEqualTo("05 00");
            assertThat(client.send(connect()).receive(10)).startsWith(GRANTED);
            assertThat(client.send(HELLO).receive(5)).isEqualTo(HELLO);
            client.socket().shutdownOutput();
            assertThat(client.receiveAll()).isEmpty();
        }
    }

    @Test
    void withoutOneEverythingIsAsTheServerSaysIt() throws IOException {
        assertTalks();
        proxy.requireFaultsMet();
    }

    /** The wire adds no end of its own: what happens to one side happens to the other. */
    @Test
    void withoutOneAResetGoesThroughBothWays() throws IOException {
        try (ServerSocket destination = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket client = proxy.client().connect("localhost", destination.getLocalPort());
            reset(destination.accept());
            assertIsReset(client);
            Socket resets = proxy.client().connect("localhost", destination.getLocalPort());
            Socket peer = destination.accept();
            reset(resets);
            assertIsReset(peer);
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void assertIsReset(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        try (socket) {
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void replyRefusesWithItsCode() throws IOException {
        proxy.next(Fault.reply(ReplyCode.of(0x5A)));
        try (RawClient client = client()) {
            assertThat(client.send(GREETING).receive(2)).isEqualTo("05 00");
            assertThat(client.send(connect()).receiveAll()).isEqualTo("05 5a 00 01 00 00 00 00 00 00");
        }
        assertThat(only().outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(only().reply()).isEqualTo(ReplyCode.of(0x5A));
        assertThat(only().destination()).isEqualTo(Endpoint.of("127.0.0.1", echo.port()));
        proxy.requireFaultsMet();
        assertTalks();
    }

    @Test
    void replyRefusesANameThatIsNotKnown() throws IOException {
        proxy.next(Fault.reply(ReplyCode.TTL_EXPIRED));
        try (RawClient client = client()) {
            client.send(GREETING + " 05 01 00 03 01 78 00 50");
            assertThat(client.receiveAll()).isEqualTo("05 00 05 06 00 01 00 00 00 00 00 00");
        }
    }

    @Test
    void refuseLoginIsAStatusAndTheEnd() throws IOException {
        try (Socks5TestProxy closed = Socks5TestProxy.builder().login("u", "p").start()) {
            closed.next(Fault.refuseLogin());
            try (RawClient client = new RawClient(closed)) {
                assertThat(client.send(LOGIN_GREETING).receive(2)).isEqualTo("05 02");
                assertThat(client.send(LOGIN).receiveAll()).isEqualTo("01 01");
            }
            assertThat(closed.requests().get(0).user()).isEqualTo("u");
            assertThat(closed.requests().get(0).outcome()).isEqualTo(Outcome.NOT_LOGGED_IN);
            closed.requireFaultsMet();
            try (RawClient client = new RawClient(closed)) {
                assertThat(client.send(LOGIN_GREETING).send(LOGIN).receive(4)).isEqualTo("05 02 01 00");
                assertThat(client.send(connect()).receive(10)).startsWith(GRANTED);
            }
        }
    }

    @Test
    void refuseLoginNeedsAProxyThatAsksForOne() {
        assertThatThrownBy(() -> proxy.next(Fault.refuseLogin())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> proxy.always(Fault.refuseLogin())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void boundAddressTakesThePlaceOfTheServersOwn() throws IOException {
        proxy.next(
                Fault.boundAddress(Endpoint.of("x.test", 0x0102)),
                Fault.boundAddress(Endpoint.of("::1", 80)),
                Fault.boundAddress(Endpoint.UNSPECIFIED));
        for (String reply : List.of(
                "05 00 00 03 06 78 2e 74 65 73 74 01 02",
                "05 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 50",
                "05 00 00 01 00 00 00 00 00 00")) {
            try (RawClient client = client()) {
                client.send(GREETING).send(connect()).send(HELLO);
                assertThat(client.receive(2)).isEqualTo("05 00");
                assertThat(client.receive((reply.length() + 1) / 3)).isEqualTo(reply);
                assertThat(client.receive(5)).isEqualTo(HELLO);
            }
        }
        proxy.requireFaultsMet();
    }

    @Test
    void answerIsAllThatTheClientGets() throws IOException {
        proxy.next(Fault.answer(0x05, 0xFF), Fault.answer());
        try (RawClient client = client()) {
            assertThat(client.isSilent()).isTrue();
            assertThat(client.send(GREETING + " " + connect()).receiveAll()).isEqualTo("05 ff");
        }
        assertThat(only().outcome()).isEqualTo(Outcome.CUT_SHORT);
        try (RawClient client = client()) {
            assertThat(client.send(GREETING).receiveAll()).isEmpty();
        }
        proxy.requireFaultsMet();
    }

    @Test
    void cutIsTheEndAfterSoManyBytes() throws IOException {
        for (int bytes = 0; bytes < 12; bytes++) {
            proxy.clear();
            proxy.next(Fault.cutAfter(bytes));
            try (RawClient client = client()) {
                client.send(GREETING).send(connect());
                String whole = "05 00 " + GRANTED + " 00 00";
                String got = client.receiveAll();
                assertThat(got.length()).isEqualTo(Math.max(0, 3 * bytes - 1));
                assertThat(whole).startsWith(got.substring(0, Math.min(got.length(), 29)));
            }
            assertThat(only().outcome()).isEqualTo(Outcome.CUT_SHORT);
            assertThat(only().reply()).isNull();
            proxy.requireFaultsMet();
        }
    }

    @Test
    void cutInTheTunnelCountsFromItsFirstByte() throws IOException {
        proxy.next(Fault.cutAfter(3).inTunnel(), Fault.cutAfter(0).inTunnel(), Fault.cutAfter(15));
        for (int bytes : new int[] {3, 0, 3}) {
            try (RawClient client = client()) {
                client.send(GREETING).send(connect()).send(HELLO);
                assertThat(client.receive(12)).startsWith("05 00 " + GRANTED);
                assertThat(client.receiveAll()).isEqualTo(HELLO.substring(0, Math.max(0, 3 * bytes - 1)));
            }
        }
        proxy.requireFaultsMet();
        assertThat(proxy.requests()).extracting(RecordedRequest::outcome).containsOnly(Outcome.GRANTED);
        assertThat(proxy.requests().get(0).remark()).isEqualTo("cut after 3 bytes of the tunnel");
    }

    @Test
    void stallSendsNothingAnyMore() throws IOException {
        proxy.next(Fault.stallAfter(0), Fault.stallAfter(5), Fault.stallAfter(2).inTunnel());
        for (int bytes : new int[] {0, 5, 14}) {
            RawClient client = client();
            client.send(GREETING).send(connect()).send(HELLO);
            assertThat(client.receive(bytes)).hasSize(Math.max(0, 3 * bytes - 1));
            assertThat(client.isSilent()).isTrue();
        }
        proxy.requireFaultsMet();
        assertThat(proxy.requests())
                .extracting(RecordedRequest::outcome)
                .containsExactly(Outcome.CUT_SHORT, Outcome.CUT_SHORT, Outcome.GRANTED);
    }

    @Test
    void whatIsStalledEndsWithTheTest() throws IOException {
        proxy.next(Fault.stallAfter(2));
        try (RawClient client = client()) {
            assertThat(client.send(GREETING).receive(2)).isEqualTo("05 00");
            assertThat(client.isSilent()).isTrue();
            proxy.clear();
            assertEnds(client);
        }
    }

    @Test
    void resetIsAReset() throws IOException {
        proxy.next(Fault.resetAfter(0), Fault.resetAfter(2), Fault.resetAfter(1).inTunnel());
        for (int i = 0; i < 3; i++) {
            try (RawClient client = client()) {
                assertThatThrownBy(() -> client.send(GREETING)
                                .send(connect())
                                .send(HELLO)
                                .receiveAll())
                        .isInstanceOf(SocketException.class);
            }
        }
        proxy.requireFaultsMet();
    }

    @Test
    void singleBytesAreAllTheBytes() throws IOException {
        proxy.always(Fault.singleBytes());
        assertTalks();
        assertTalks();
        proxy.requireFaultsMet();
    }

    @Test
    void dripTakesItsTime() throws IOException {
        Duration pause = Duration.ofMillis(5);
        proxy.next(Fault.drip(pause));
        long start = System.nanoTime();
        assertTalks();
        assertThat(System.nanoTime() - start)
                .isGreaterThan(pause.multipliedBy(17).toNanos());
        proxy.requireFaultsMet();
    }

    @Test
    void faultsJoin() throws IOException {
        proxy.next(Fault.reply(ReplyCode.NOT_ALLOWED)
                .and(Fault.boundAddress(Endpoint.of("::1", 80)))
                .and(Fault.singleBytes())
                .and(Fault.cutAfter(4)));
        try (RawClient client = client()) {
            assertThat(client.send(GREETING).send(connect()).receiveAll()).isEqualTo("05 00 05 02");
        }
        proxy.requireFaultsMet();
    }

    @Test
    void onesAboutTheSameDoNotJoin() {
        assertThatThrownBy(() -> Fault.cutAfter(3).and(Fault.singleBytes()).and(Fault.stallAfter(4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("one of cutAfter(3) and stallAfter(4)");
        assertThatThrownBy(() -> Fault.singleBytes().and(Fault.drip(Duration.ofSeconds(1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.singleBytes().inTunnel()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nextComesBeforeAlways() throws IOException {
        proxy.always(Fault.reply(ReplyCode.GENERAL_FAILURE));
        proxy.next(Fault.none(), Fault.reply(ReplyCode.TTL_EXPIRED));
        for (String code : List.of("00", "06", "01", "01")) {
            try (RawClient client = client()) {
                client.send(GREETING).send(connect());
                assertThat(client.receive(4)).isEqualTo("05 00 05 " + code);
            }
        }
        proxy.always(Fault.none());
        assertTalks();
    }

    @Test
    void oneThatHasNotHappenedIsFound() throws IOException {
        proxy.next(Fault.cutAfter(100));
        assertThatThrownBy(proxy::requireFaultsMet)
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("no connection has met", "cutAfter(100)", "no connections");
        assertTalks();
        assertThatThrownBy(proxy::requireFaultsMet)
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("did not happen: cutAfter(100), ", " 17 bytes ", " 5 of them in the tunnel")
                .hasMessageContaining(" 127.0.0.1:" + echo.port());
        proxy.clear();
        proxy.requireFaultsMet();
    }

    @Test
    void hasTheTextThatWroteIt() {
        assertThat(Fault.answer(0x48, 0xFF).and(Fault.drip(Duration.ofMillis(7))))
                .hasToString("answer(0x48, 0xFF) and drip(PT0.007S)")
                .isEqualTo(Fault.drip(Duration.ofMillis(7)).and(Fault.answer(0x48, 0xFF)))
                .hasSameHashCodeAs(Fault.drip(Duration.ofMillis(7)).and(Fault.answer(0x48, 0xFF)))
                .isNotEqualTo(Fault.none());
        assertThat(Fault.stallAfter(3).inTunnel()).hasToString("stallAfter(3).inTunnel()");
    }

    private static void assertEnds(RawClient client) throws IOException {
        try {
            assertThat(client.receiveAll()).isEmpty();
        } catch (SocketException e) {
            // A reset is an end, too.
        }
    }
}
