package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.stage.Tunnels.Ends;
import dev.socks5.simulation.stage.Tunnels.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tunnels and associations that are held back: how much has passed after so many seconds. */
class BandwidthTest {

    private static final int RATE = 400_000;

    /** The credit and one slice: 50 ms each. */
    private static final int BURST = RATE / 10;

    private static byte[] random(int count) {
        return new Chance(count).bytes(count);
    }

    static Stream<Arguments> kindsAndSides() {
        return TunnelLimitsTest.kindsAndSides();
    }

    /** Checks after each second what has passed since: what the rate says, and the burst at the most. */
    private static void assertSteady(Stage stage, Program from, Program to, int seconds) {
        from.says(new byte[RATE * (seconds + 1)]);
        to.takes(1);
        for (long i = 1; i <= seconds; i++) {
            stage.passes(Duration.ofSeconds(1));
            assertThat((long) to.heard()).isBetween(i * RATE, i * RATE + BURST);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void aTunnelGetsTheRateAndNoMore(Setting setting, Tunnels kind, Side sender) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = kind.open(stage, server -> server.bandwidthPerConnection(RATE));
            assertSteady(stage, ends.of(sender), ends.other(sender), 10);
        }
    }

    /** One way does not cost the other, and each end arrives behind the last byte. */
    @ParameterizedTest
    @EnumSource
    void eachWayOfAConnectionByItselfAndTheEndArrivesBehindIt(Setting setting) {
        byte[] there = random(RATE);
        byte[] back = random(2 * RATE + 1);
        try (Stage stage = new Stage(setting)) {
            Ends ends = Tunnels.DIRECT.open(stage, server -> server.bandwidthPerConnection(RATE));
            long since = stage.world.elapsed();
            ends.client().says(there).ends();
            ends.far().says(back).ends();
            assertThat(ends.far().takes(there.length)).isEqualTo(there);
            assertThat(Duration.ofNanos(ends.far().ended() - since))
                    .isBetween(Duration.ofMillis(900), Duration.ofMillis(1_010));
            assertThat(ends.client().takes(back.length)).isEqualTo(back);
            assertThat(Duration.ofNanos(ends.client().ended() - since))
                    .isBetween(Duration.ofMillis(1_900), Duration.ofMillis(2_010));
            stage.events.at("closed " + RATE + " " + (2 * RATE + 1) + " FINISHED");
        }
    }

    /** What is sent ahead of the tunnel is charged as well. */
    @ParameterizedTest
    @EnumSource
    void whatIsSentBehindTheRequestIsChargedToo(Setting setting) {
        byte[] early = random(600);
        try (Stage stage = new Stage(setting).serve(server -> server.bandwidthPerConnection(300))) {
            Origin origin = stage.origin();
            Program client = stage.client()
                    .says(Stage.GREETING + " 05 01 00 " + Setting.hex(origin.address()) + " " + Setting.hex(early));
            Program far = origin.takes().hears(early);
            long since = far.heardAt();
            client.says("2e");
            far.hears("2e");
            assertKept(Duration.ofMillis(2_000 - 50), since, far.heardAt());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatPausesIsNotIdle(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = Tunnels.DIRECT.open(
                    stage, server -> server.idleTimeout(Duration.ofMillis(400)).bandwidthPerConnection(1));
            ends.client().says(random(256));
            ends.far().hears(random(256));
            long since = ends.far().heardAt();
            ends.client().says("2e");
            ends.far().hears("2e"); // After more than four minutes.
            assertKept(Duration.ofMillis(256_000 - 50), since, ends.far().heardAt());
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndSides")
    void whatEndsWhileItPausesEndsAtOnce(Setting setting, Tunnels kind, Side sender) {
        try (Stage stage = new Stage(setting)) {
            Ends ends = kind.open(stage, server -> server.bandwidthPerConnection(1));
            ends.of(sender).says(random(10_000)); // Of which 256 pass, and then nothing for four minutes.
            ends.other(sender).takes(256);
            long since = stage.world.elapsed();
            ends.other(sender).resets();
            assertThat(ends.of(sender).reset() - since).isLessThan(3 * Stage.LATENCY);
            stage.events.at(sender == Side.CLIENT ? "closed 256 0" : "closed 0 256");
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void togetherWithAReaderThatStalls(Setting setting) {
        byte[] bytes = random(1 << 20);
        try (Stage stage = new Stage(setting)) {
            Ends ends = Tunnels.DIRECT.open(stage, server -> server.bandwidthPerConnection(RATE));
            ends.client().reads(false);
            ends.far().says(bytes).ends();
            stage.passes(Duration.ofSeconds(60));
            assertThat(ends.far().wire().unsent()).isPositive();
            long since = stage.world.elapsed();
            ends.client().reads(true).hears(bytes);
            // The rest of it, less what lay in the buffers of the system: at most the rate from now on.
            assertThat(Duration.ofNanos(ends.client().ended() - since))
                    .isBetween(Duration.ofMillis(((1 << 20) - 4 * 65_536) * 1_000L / RATE), Duration.ofMillis(2_650));
        }
    }

    private static final Map<String, String> USERS = Map.of("al", "pw", "bo", "pw");

    /** Whatever their number, they get the rate together, and equal parts of it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 100})
    void allOfAUsersTunnelsTogether(int count) {
        for (Setting setting : List.of(Setting.IPV4, Setting.IPV6_TWO_LOOPS)) {
            try (Stage stage = new Stage(setting)) {
                stage.serveUsers(server ->
                        server.authenticator(PasswordAuthenticator.of(USERS)).bandwidthPerUser(RATE));
                Origin origin = stage.origin();
                List<Program> clients = new ArrayList<>();
                List<Program> far = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    Program client = stage.loggedIn("al").says("05 01 00 " + Setting.hex(origin.address()));
                    client.hearsSuccess();
                    clients.add(client);
                    far.add(origin.takes());
                }
                int seconds = 10;
                clients.forEach(client -> client.says(new byte[RATE * (seconds + 1) / count + 100_000]));
                stage.passes(Stage.LATENCY * 2);
                for (long i = 1; i <= seconds; i++) {
                    stage.passes(Duration.ofSeconds(1));
                    long total = far.stream().mapToLong(Program::heard).sum();
                    assertThat(total).isBetween(i * RATE, i * RATE + (count == 1 ? BURST : RATE / 2));
                }
                assertThat(far)
                        .allSatisfy(each -> assertThat(each.heard())
                                .isBetween(seconds * RATE / count / 2, seconds * RATE / count * 2));
            }
        }
    }

    /** None is dropped for it: they wait in the system. */
    @ParameterizedTest
    @EnumSource
    void datagramsBothWays(Setting setting) {
        int count = 20;
        byte[] payload = new byte[1_000];
        try (Stage stage = new Stage(setting).serve(server -> server.bandwidthPerConnection(20_000))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Association client = Association.open(stage);
            long since = stage.world.elapsed();
            for (int i = 0; i < count; i++) {
                client.says(origin.address(), payload);
            }
            long last = 0;
            for (int i = 0; i < count; i++) {
                last = origin.hears(payload);
            }
            assertThat(Duration.ofNanos(last - since)).isBetween(Duration.ofMillis(850), Duration.ofMillis(1_030));
            since = last;
            for (int i = 0; i < count; i++) {
                origin.answers(payload);
            }
            for (int i = 0; i < count; i++) {
                last = client.hears(origin.address(), payload);
            }
            assertThat(Duration.ofNanos(last - since)).isBetween(Duration.ofMillis(850), Duration.ofMillis(1_010));
        }
    }
}
