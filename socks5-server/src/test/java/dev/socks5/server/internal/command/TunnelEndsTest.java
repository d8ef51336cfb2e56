package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.TunnelKind;
import dev.socks5.server.TunnelKind.Ends;
import dev.socks5.server.TunnelKind.Side;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How tunnels of each kind end, and how long they last, whichever side it is that ends first. */
@Timeout(60)
public class TunnelEndsTest {

    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(30);

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).listener(events);
    }

    static Stream<Arguments> kindsAndSides() {
        return Stream.of(TunnelKind.values())
                .flatMap(kind -> Stream.of(Side.values()).map(side -> Arguments.of(kind, side)));
    }

    private static int read(Socket socket) throws IOException {
        return socket.getInputStream().read();
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> read(socket)).isInstanceOf(SocketException.class);
    }

    private void assertEnding(CloseReason reason, long up, long down) throws InterruptedException {
        SessionEnd ending = events.ending();
        assertThat(ending.reason()).isEqualTo(reason);
        assertThat(ending.bytesUp()).isEqualTo(up);
        assertThat(ending.bytesDown()).isEqualTo(down);
        assertThat(ending.datagrams()).isEqualTo(DatagramCounts.NONE);
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void bothEndAndWhatEachHasSentIsCounted(TunnelKind kind, Side first) throws Exception {
        try (Ends ends = kind.open(builder())) {
            ends.client().send(new byte[3]);
            assertThat(ends.far().getInputStream().readNBytes(3)).hasSize(3);
            ends.far().getOutputStream().write(new byte[5]);
            assertThat(ends.client().read(5)).hasSize(5);
            ServerStatistics statistics = ends.server().statistics();
            assertThat(statistics.tunnels()).isEqualTo(1);
            assertThat(statistics.associations()).isZero();
            assertThat(statistics.bytesUp()).isEqualTo(3);
            assertThat(statistics.bytesDown()).isEqualTo(5);

            ends.socket(first).shutdownOutput();
            assertThat(read(ends.other(first))).isEqualTo(-1);
            ends.other(first).getOutputStream().write('.'); // The other direction goes on.
            assertThat(read(ends.socket(first))).isEqualTo('.');
            ends.other(first).shutdownOutput();
            assertThat(read(ends.socket(first))).isEqualTo(-1);
            assertEnding(CloseReason.FINISHED, first == Side.CLIENT ? 3 : 4, first == Side.CLIENT ? 6 : 5);
            assertThat(ends.server().statistics().tunnels()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void aResetPassesOnAsAReset(TunnelKind kind, Side first) throws Exception {
        try (Ends ends = kind.open(builder())) {
            ends.socket(first).setSoLinger(true, 0);
            ends.socket(first).close();
            assertReset(ends.other(first));
            assertEnding(CloseReason.BROKEN, 0, 0);
        }
    }

    /** Also when it has ended its output before: nothing is read from it any more, but it is written to. */
    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void aResetAfterAnEndPassesOnAsAReset(TunnelKind kind, Side first) throws Exception {
        try (Ends ends = kind.open(builder())) {
            ends.socket(first).shutdownOutput();
            assertThat(read(ends.other(first))).isEqualTo(-1);
            ends.socket(first).setSoLinger(true, 0);
            ends.socket(first).close();
            assertThatThrownBy(() -> {
                        while (true) {
                            ends.other(first).getOutputStream().write('.');
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(events.ending().reason()).isEqualTo(CloseReason.BROKEN);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void aHalfClosedTunnelHasALimitOfItsOwn(TunnelKind kind, Side first) throws Exception {
        try (Ends ends = kind.open(builder().halfCloseTimeout(SHORT).idleTimeout(LONG))) {
            ends.socket(first).shutdownOutput();
            assertThat(read(ends.other(first))).isEqualTo(-1);
            assertReset(ends.socket(first));
            assertEnding(CloseReason.IDLE_TIMEOUT, 0, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void theIdleLimitHoldsForAHalfClosedTunnelToo(TunnelKind kind, Side first) throws Exception {
        try (Ends ends = kind.open(builder().halfCloseTimeout(LONG).idleTimeout(SHORT))) {
            ends.socket(first).shutdownOutput();
            assertThat(read(ends.other(first))).isEqualTo(-1);
            assertReset(ends.socket(first));
            assertEnding(CloseReason.IDLE_TIMEOUT, 0, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIdleTunnelIsResetAtBothEnds(TunnelKind kind) throws Exception {
        try (Ends ends = kind.open(builder().halfCloseTimeout(LONG).idleTimeout(SHORT))) {
            assertReset(ends.client().socket());
            assertReset(ends.far());
            assertEnding(CloseReason.IDLE_TIMEOUT, 0, 0);
        }
    }

    /** For twice the limit nothing moves. */
    @Test
    void beforeAnEndTheLimitOfHalfClosedTunnelsDoesNotHold() throws Exception {
        try (Ends ends =
                TunnelKind.DIRECT.open(builder().halfCloseTimeout(SHORT).idleTimeout(LONG))) {
            waitInVain(ends.far(), 2 * (int) SHORT.toMillis());
            ends.client().send("2e");
            assertThat(read(ends.far())).isEqualTo('.');
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void whatTheOtherSideSendsKeepsAHalfClosedTunnelOpen(Side first) throws Exception {
        try (Ends ends =
                TunnelKind.DIRECT.open(builder().halfCloseTimeout(SECOND).idleTimeout(LONG))) {
            ends.socket(first).shutdownOutput();
            assertThat(read(ends.other(first))).isEqualTo(-1);
            trickle(ends.other(first), ends.socket(first));
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void whatOneSideSendsKeepsATunnelOpen(Side sender) throws Exception {
        try (Ends ends = TunnelKind.DIRECT.open(builder().idleTimeout(SECOND))) {
            trickle(ends.socket(sender), ends.other(sender));
        }
    }

    /** For longer than a second, an octet from time to time. */
    private static void trickle(Socket from, Socket to) throws IOException {
        for (int i = 0; i < 13; i++) {
            from.getOutputStream().write('.');
            assertThat(read(to)).isEqualTo('.');
            waitInVain(to, 100);
        }
    }

    private static void waitInVain(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        assertThatThrownBy(() -> read(socket)).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
    }

    @ParameterizedTest
    @EnumSource
    void closingTheServerResetsBothEnds(TunnelKind kind) throws Exception {
        try (Ends ends = kind.open(builder())) {
            ends.client().send("2e");
            assertThat(read(ends.far())).isEqualTo('.');
            ends.server().close();
            assertReset(ends.client().socket());
            assertReset(ends.far());
            assertEnding(CloseReason.SHUTDOWN, 1, 0);
        }
    }
}
