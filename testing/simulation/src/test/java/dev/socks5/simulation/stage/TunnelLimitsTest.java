package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.SessionEnd;
import dev.socks5.simulation.stage.Tunnels.Ends;
import dev.socks5.simulation.stage.Tunnels.Side;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How long tunnels of each kind last in which nothing moves, whichever side it is that ends first. */
class TunnelLimitsTest {

    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofMinutes(30);

    static Stream<Arguments> kinds() {
        return Stream.of(Setting.values())
                .flatMap(setting -> Stream.of(Tunnels.values()).map(kind -> Arguments.of(setting, kind)));
    }

    static Stream<Arguments> kindsAndSides() {
        return kinds().map(Arguments::get)
                .flatMap(each -> Stream.of(Side.values()).map(side -> Arguments.of(each[0], each[1], side)));
    }

    private static void assertEnding(Stage stage, long up, long down) {
        SessionEnd ending = stage.events.ending();
        assertThat(ending.reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
        assertThat(ending.bytesUp()).isEqualTo(up);
        assertThat(ending.bytesDown()).isEqualTo(down);
        assertThat(ending.datagrams()).isEqualTo(DatagramCounts.NONE);
        stage.passes(Duration.ofSeconds(1));
        stage.assertNothingIsLeft();
    }

    /** Each end hears of it by a reset, as long after the last byte as was said. */
    @ParameterizedTest
    @MethodSource("kinds")
    void anIdleTunnelIsResetAtBothEnds(Setting setting, Tunnels kind) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = kind.open(stage, server -> server.idleTimeout(SHORT).halfCloseTimeout(LONG));
            long opened = stage.events.at("connected");
            assertKept(SHORT, opened, ends.client().reset() - Stage.LATENCY);
            assertKept(SHORT, opened, ends.far().reset() - Stage.LATENCY);
            assertEnding(stage, 0, 0);
        }
    }

    /** From the last byte on: whenever it came, and whichever way it went. */
    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void theIdleLimitBeginsWithTheLastByte(Setting setting, Tunnels kind, Side sender) {
        for (long first = 1; first < 400; first += 57) {
            try (Stage stage = new Stage(setting)) {
                Ends ends = kind.open(stage, server -> server.idleTimeout(SHORT));
                stage.passes(Duration.ofMillis(first));
                ends.of(sender).says("2e");
                ends.other(sender).hears("2e");
                assertKept(
                        SHORT, ends.other(sender).heardAt(), ends.other(sender).reset());
                ends.of(sender).reset();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void whatOneSideSendsKeepsATunnelOpen(Setting setting, Tunnels kind, Side sender) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = kind.open(stage, server -> server.idleTimeout(MINUTE));
            trickle(stage, ends.of(sender), ends.other(sender), 300);
            assertEnding(stage, sender == Side.CLIENT ? 300 : 0, sender == Side.CLIENT ? 0 : 300);
        }
    }

    /** Sends a byte each time shortly before the limit of a minute, and at last no more. */
    private static void trickle(Stage stage, Program from, Program to, int times) {
        for (int i = 0; i < times; i++) {
            from.says("2e");
            to.hears("2e");
            stage.passes(Duration.ofMillis(59_900));
            assertThat(to.isReset() || from.isReset()).isFalse();
        }
        assertKept(MINUTE, to.heardAt(), to.reset());
        from.reset();
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void aHalfClosedTunnelHasALimitOfItsOwn(Setting setting, Tunnels kind, Side first) {
        try (Stage stage = new Stage(setting)) {
            Ends ends =
                    kind.open(stage, server -> server.halfCloseTimeout(SHORT).idleTimeout(LONG));
            stage.passes(MINUTE); // Until then, that limit does not hold.
            assertThat(ends.far().isOver() || ends.client().isOver()).isFalse();
            ends.of(first).ends();
            long ended = ends.other(first).ended();
            assertKept(SHORT, ended, ends.other(first).reset());
            ends.of(first).reset();
            assertEnding(stage, 0, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void theIdleLimitHoldsForAHalfClosedTunnelToo(Setting setting, Tunnels kind, Side first) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = kind.open(stage, server -> server.halfCloseTimeout(LONG).idleTimeout(SHORT));
            ends.of(first).ends();
            assertKept(SHORT, ends.other(first).ended(), ends.other(first).reset());
            ends.of(first).reset();
            assertEnding(stage, 0, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void whatTheOtherSideSendsKeepsAHalfClosedTunnelOpen(Setting setting, Tunnels kind, Side first) {
        try (Stage stage = new Stage(setting)) {
            Ends ends =
                    kind.open(stage, server -> server.halfCloseTimeout(MINUTE).idleTimeout(LONG));
            ends.of(first).ends();
            ends.other(first).ended();
            trickle(stage, ends.other(first), ends.of(first), 100);
            assertEnding(stage, first == Side.CLIENT ? 0 : 100, first == Side.CLIENT ? 100 : 0);
        }
    }

    /** One that is taken by nobody is idle once the system holds all that it can. */
    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void aReaderThatReadsNothingIsNotWaitedForLonger(Setting setting, Tunnels kind, Side sender) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = kind.open(stage, server -> server.idleTimeout(MINUTE));
            ends.other(sender).reads(false);
            ends.of(sender).says(new byte[1 << 20]);
            long since = stage.world.elapsed();
            ends.of(sender).reset();
            assertThat(Duration.ofNanos(stage.events.at("closed") - since)).isBetween(MINUTE, MINUTE.plusMillis(20));
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
            assertThat(stage.inside().heldBytes()).isZero();
        }
    }
}
