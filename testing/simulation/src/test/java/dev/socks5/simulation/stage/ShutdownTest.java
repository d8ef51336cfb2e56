package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.simulation.network.Reachability;
import dev.socks5.simulation.stage.Tunnels.Ends;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How long a server that shuts down waits for what is open, to the millisecond. */
class ShutdownTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private static boolean shutdown(Stage stage, Duration grace) {
        try {
            return stage.server().shutdown(grace);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void later(Stage stage, Duration when, Runnable what) {
        stage.world.after(when.toNanos(), what);
    }

    static Stream<Arguments> kindsAndGraces() {
        return Stream.of(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(100), Duration.ofMinutes(3))
                .flatMap(grace -> TunnelLimitsTest.kinds()
                        .map(Arguments::get)
                        .map(each -> Arguments.of(each[0], each[1], grace)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndGraces")
    void whatIsOpenIsCutAtTheLimit(Setting setting, Tunnels kind, Duration grace) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = kind.open(stage, server -> server.idleTimeout(HOUR));
            long since = stage.world.elapsed();
            assertThat(shutdown(stage, grace)).isFalse();
            assertThat(stage.world.elapsed() - since)
                    .isBetween(grace.toNanos(), grace.plusMillis(3).toNanos());
            assertKept(grace, since, stage.events.at("closed 0 0 SHUTDOWN"));
            ends.client().reset();
            ends.far().reset();
        }
    }

    /** It is over as soon as the last has ended, and nobody was cut. */
    @ParameterizedTest
    @EnumSource
    void aTunnelMayFinish(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = Tunnels.DIRECT.open(stage, server -> server);
            later(stage, Duration.ofSeconds(5), () -> {
                Program late = stage.connecting(setting.client);
                late.failed(); // Nobody is let in any more.
                ends.client().says("2e");
                ends.far().hears("2e").closes();
            });
            later(stage, Duration.ofSeconds(9), () -> ends.client().closes());
            long since = stage.world.elapsed();
            assertThat(shutdown(stage, HOUR)).isTrue();
            assertThat(Duration.ofNanos(stage.world.elapsed() - since))
                    .isBetween(Duration.ofSeconds(9), Duration.ofMillis(9_010));
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.FINISHED);
            ends.client().ended();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSecondShutdownHastensTheFirst(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = Tunnels.DIRECT.open(stage, server -> server.idleTimeout(HOUR));
            Duration first = Duration.ofSeconds(20);
            Duration second = Duration.ofMillis(50);
            later(stage, first, () -> assertThat(shutdown(stage, second)).isFalse());
            long since = stage.world.elapsed();
            assertThat(shutdown(stage, HOUR))
                    .as("it was cut, and not by the first")
                    .isFalse();
            assertKept(first.plus(second), since, stage.events.at("closed 0 0 SHUTDOWN"));
            assertThat(shutdown(stage, HOUR)).isFalse();
            ends.client().reset();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeHastensShutdown(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = Tunnels.DIRECT.open(stage, server -> server.idleTimeout(HOUR));
            later(stage, Duration.ofSeconds(1), () -> stage.server().close());
            long since = stage.world.elapsed();
            assertThat(shutdown(stage, HOUR)).isFalse();
            assertKept(Duration.ofSeconds(1), since, stage.events.at("closed 0 0 SHUTDOWN"));
            ends.client().dropped();
        }
    }

    /** Whatever it is that each waits for. */
    @ParameterizedTest
    @EnumSource
    void closeEndsEverythingAtOnceAndFreesThePort(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = Tunnels.DIRECT.open(stage, server -> server);
            stage.network.behave(stage.far(5), Reachability.SILENT);
            Program silent = stage.greeted();
            Program dialling = stage.asks(1, stage.far(5));
            Program bind = stage.asks(2, stage.far(1));
            bind.hearsSuccess();
            Association association = Association.open(stage);
            Program refused = stage.asks(9, stage.far(1));
            refused.hearsFailure(7); // It has two seconds, otherwise.
            assertThat(stage.server().statistics().connections()).isEqualTo(6);
            long since = stage.world.elapsed();
            stage.server().close();
            stage.server().close();
            for (Program each :
                    new Program[] {ends.client(), ends.far(), silent, dialling, bind, association.control()}) {
                assertThat(each.dropped() - since).isLessThan(2 * Stage.LATENCY);
            }
            assertThat(stage.events.at("closed", 6) - since).isLessThan(Stage.LATENCY);
            assertThat(stage.network.openSockets()).isZero();
            stage.connecting(setting.client).failed();
            stage.serve();
            stage.greeted();
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterAnOrderlyEndThereIsNothingToCut(Setting setting) {
        try (Stage stage = new Stage(setting).serve()) {
            long since = stage.world.elapsed();
            assertThat(shutdown(stage, HOUR)).isTrue();
            assertThat(stage.world.elapsed() - since).isLessThan(Stage.LATENCY);
            stage.server().close();
            assertThat(shutdown(stage, Duration.ZERO)).isTrue();
        }
    }
}
