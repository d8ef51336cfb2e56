package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.simulation.network.Dialled;
import dev.socks5.simulation.network.Reachability;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dials several addresses of a name as RFC 8305 has it: when each attempt begins, to the millisecond, and what ends it.
 */
class DialTest {

    private static final Duration STAGGER = Duration.ofMillis(250);

    private static InetSocketAddress four(int host) {
        return Setting.IPV4.far(host, 80);
    }

    private static InetSocketAddress six(int host) {
        return Setting.IPV6.far(host, 80);
    }

    /** Starts a server that finds these addresses for every name. */
    private static Stage stage(Setting setting, List<InetSocketAddress> found) {
        List<InetAddress> addresses =
                found.stream().map(InetSocketAddress::getAddress).toList();
        return new Stage(setting)
                .serve(server -> server.resolver(name -> addresses).connectTimeout(Duration.ofSeconds(20)));
    }

    private static Program asks(Stage stage) {
        return stage.asks(1, Setting.name("several.example", 80));
    }

    private static List<InetSocketAddress> dialled(Stage stage) {
        return stage.network.dialled().stream().map(Dialled::remote).toList();
    }

    /** Checks that each attempt began a quarter of a second after the one before. */
    private static void assertStaggered(Stage stage) {
        List<Dialled> attempts = stage.network.dialled();
        for (int i = 1; i < attempts.size(); i++) {
            assertKept(STAGGER, attempts.get(i - 1).time(), attempts.get(i).time());
        }
    }

    /** The families take turns, that of the first address first; no more than eight are tried. */
    @ParameterizedTest
    @EnumSource
    void whereAllAreSilentEachIsTriedInItsTurn(Setting setting) {
        List<InetSocketAddress> found = new ArrayList<>();
        IntStream.rangeClosed(1, 6).forEach(host -> found.add(six(host)));
        IntStream.rangeClosed(1, 6).forEach(host -> found.add(four(host)));
        try (Stage stage = stage(setting, found)) {
            found.forEach(each -> stage.network.behave(each, Reachability.SILENT));
            asks(stage).hearsFailure(0x04);
            assertThat(dialled(stage))
                    .containsExactly(six(1), four(1), six(2), four(2), six(3), four(3), six(4), four(4));
            assertStaggered(stage);
            assertKept(Duration.ofSeconds(20), stage.events.at("requested"), stage.events.at("requestFailed 4"));
            stage.events.at("closed");
            stage.assertNothingIsLeft();
        }
    }

    /** At most eight of one family, too. */
    @ParameterizedTest
    @EnumSource
    void anAddressBeyondTheEighthIsLeftOut(Setting setting) {
        List<InetSocketAddress> found =
                IntStream.rangeClosed(1, 100).mapToObj(DialTest::four).toList();
        try (Stage stage = stage(setting, found)) {
            found.subList(0, 8).forEach(each -> stage.network.behave(each, Reachability.SILENT));
            stage.origin(four(9)); // It would answer.
            asks(stage).hearsFailure(0x04);
            assertThat(dialled(stage)).containsExactlyElementsOf(found.subList(0, 8));
            assertStaggered(stage);
        }
    }

    /** Each that answers ends those before it, and there are no more. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void theFirstThatAnswersIsTaken(int which) {
        for (Setting setting : Setting.values()) {
            List<InetSocketAddress> found = List.of(four(1), six(1), four(2), six(2), four(3), six(3), four(4), six(4));
            try (Stage stage = stage(setting, found)) {
                found.subList(0, which - 1).forEach(each -> stage.network.behave(each, Reachability.SILENT));
                Origin origin = stage.origin(found.get(which - 1));
                Program client = asks(stage);
                client.hearsSuccess();
                assertStaggered(stage);
                long last = stage.network.dialled().get(which - 1).time();
                assertKept(Duration.ofMillis(2), last, stage.events.at("connected"));
                stage.passes(Duration.ofSeconds(1)); // The next attempt would have begun by then.
                assertThat(dialled(stage)).containsExactlyElementsOf(found.subList(0, which));
                assertThat(stage.network.descriptions())
                        .as("attempts are closed")
                        .hasSize(3 + setting.loops);
                origin.takes().closes();
                client.ended();
                client.closes();
                assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.FINISHED);
                stage.passes(Duration.ofSeconds(1));
                stage.assertNothingIsLeft();
            }
        }
    }

    /** At once, or after the way there and back, with no more of a pause. */
    @ParameterizedTest
    @CsvSource({"REFUSED, 2", "NO_ROUTE, 2", "UNREACHABLE, 0"})
    void whenOneFailsTheNextIsTriedAtOnce(Reachability how, long millis) {
        for (Setting setting : Setting.values()) {
            List<InetSocketAddress> found = List.of(four(1), six(1), four(2), four(3));
            try (Stage stage = stage(setting, found)) {
                found.subList(0, 3).forEach(each -> stage.network.behave(each, how));
                stage.origin(four(3));
                asks(stage).hearsSuccess();
                assertThat(dialled(stage)).containsExactlyElementsOf(found);
                List<Dialled> attempts = stage.network.dialled();
                for (int i = 1; i < attempts.size(); i++) {
                    assertKept(
                            Duration.ofMillis(millis),
                            attempts.get(i - 1).time(),
                            attempts.get(i).time());
                }
            }
        }
    }

    /** One that fails later does not disturb those under way, and begins the next. */
    @ParameterizedTest
    @EnumSource
    void oneThatFailsBesideOthersBeginsTheNext(Setting setting) {
        List<InetSocketAddress> found = List.of(four(1), six(1), four(2));
        try (Stage stage = stage(setting, found)) {
            stage.network.behave(four(1), Reachability.SILENT);
            stage.network.behave(six(1), Reachability.REFUSED);
            stage.origin(four(2));
            asks(stage).hearsSuccess();
            List<Dialled> attempts = stage.network.dialled();
            assertKept(STAGGER, attempts.get(0).time(), attempts.get(1).time());
            assertKept(
                    Duration.ofMillis(2),
                    attempts.get(1).time(),
                    attempts.get(2).time());
        }
    }

    /** The most telling failure is told, whichever came last. */
    @ParameterizedTest
    @CsvSource({
        "REFUSED, REFUSED, 5",
        "REFUSED, UNREACHABLE, 5",
        "NO_ROUTE, REFUSED, 5",
        "NO_ROUTE, UNREACHABLE, 3",
        "UNREACHABLE, UNREACHABLE, 3",
        "UNREACHABLE, TIMES_OUT, 4",
        "TIMES_OUT, REFUSED, 5"
    })
    void whenAllFailTheMostTellingFailureIsTold(Reachability first, Reachability second, int code) {
        for (Setting setting : Setting.values()) {
            try (Stage stage = new Stage(setting)
                    .serve(server -> server.resolver(name -> List.of(six(1).getAddress(), four(1).getAddress()))
                            .connectTimeout(Duration.ofMinutes(5)))) {
                stage.network.behave(six(1), first);
                stage.network.behave(four(1), second);
                asks(stage).hearsFailure(code);
                boolean givenUp = first == Reachability.TIMES_OUT || second == Reachability.TIMES_OUT;
                assertThat(stage.events.at("requestFailed") - stage.events.at("requested"))
                        .isBetween(0L, Duration.ofSeconds(givenUp ? 128 : 1).toNanos());
                stage.events.at("closed");
                stage.assertNothingIsLeft();
            }
        }
    }

    /** Nobody waits for any of them any more. */
    @ParameterizedTest
    @EnumSource
    void aClientThatLeavesEndsAllAttempts(Setting setting) {
        List<InetSocketAddress> found = List.of(four(1), six(1), four(2), six(2));
        try (Stage stage = stage(setting, found)) {
            found.forEach(each -> stage.network.behave(each, Reachability.SILENT));
            Program client = asks(stage);
            stage.events.at("requested");
            stage.passes(Duration.ofMillis(600));
            client.resets();
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.CLIENT_LEFT);
            stage.passes(Duration.ofSeconds(1));
            assertThat(dialled(stage)).containsExactly(four(1), six(1), four(2));
            stage.assertNothingIsLeft();
        }
    }
}
