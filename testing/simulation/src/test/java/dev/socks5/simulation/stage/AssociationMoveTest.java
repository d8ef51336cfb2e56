package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.DatagramCounts;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** After which silence the client of an association may go on from another port, to the millisecond. */
class AssociationMoveTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};
    private static final byte[] OTHER = {'o', 't', 'h', 'e', 'r'};

    static Stream<Arguments> silences() {
        return Stream.of(Duration.ofMillis(10), Duration.ofSeconds(1), Duration.ofHours(1))
                .flatMap(silence -> Stream.of(Setting.values()).map(setting -> Arguments.of(setting, silence)));
    }

    @ParameterizedTest
    @MethodSource("silences")
    void beforeTheSilenceIsOverItMayNotAndAfterItItMay(Setting setting, Duration silence) {
        try (Stage stage = new Stage(setting)
                .serve(server -> server.associationMoveAfter(silence).idleTimeout(Duration.ofDays(1)))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Association client = Association.open(stage);
            Datagrams moved = client.another();
            byte[] datagram = Datagrams.datagram(origin.address(), OTHER);
            client.says(origin.address(), PING);
            long heard = origin.hears(PING) - Stage.LATENCY;
            stage.passes(heard + silence.toNanos() - 2 * Stage.LATENCY - stage.world.elapsed());
            moved.says(client.relay(), datagram); // It comes a millisecond too early.
            stage.passes(2 * Stage.LATENCY);
            assertThat(origin.unheard()).isZero();
            assertThat(stage.server().statistics().datagrams().foreign()).isOne();
            moved.says(client.relay(), datagram);
            origin.hears(OTHER);
            assertThat(stage.events.all()).contains("moved " + client.socket().port() + " to " + moved.port());
            origin.answers(PING);
            moved.hears(origin.address(), PING); // Answers follow it.
            client.says(origin.address(), PING); // And the old port is a stranger's now.
            stage.passes(3 * Stage.LATENCY);
            assertThat(origin.unheard()).isZero();
            client.control().closes();
            assertThat(stage.events.ending().datagrams()).isEqualTo(new DatagramCounts(2, 1, 0, 0, 2, 0, 0));
            assertThat(stage.server().statistics().associationsMoved()).isOne();
        }
    }

    /** However long the client is silent. */
    @ParameterizedTest
    @EnumSource
    void byDefaultThePortIsKept(Setting setting) {
        try (Stage stage = new Stage(setting).serve(server -> server.idleTimeout(Duration.ofDays(9)))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Association client = Association.open(stage);
            Datagrams other = client.another();
            client.says(origin.address(), PING);
            origin.hears(PING);
            stage.passes(Duration.ofDays(8));
            other.says(client.relay(), Datagrams.datagram(origin.address(), OTHER));
            client.says(origin.address(), PING);
            origin.hears(PING);
            assertThat(stage.server().statistics().datagrams().foreign()).isOne();
            assertThat(stage.server().statistics().associationsMoved()).isZero();
        }
    }

    /** What is sent first is worth a pause of two seconds and more, twice the silence. */
    @ParameterizedTest
    @EnumSource
    void timeInWhichTheClientIsHeldBackIsNoSilence(Setting setting) {
        byte[] large = new byte[500];
        Duration silence = Duration.ofSeconds(1);
        try (Stage stage = new Stage(setting)
                .serve(server -> server.bandwidthPerConnection(200).associationMoveAfter(silence))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Association client = Association.open(stage);
            Datagrams other = client.another();
            client.says(origin.address(), large);
            stage.passes(Stage.LATENCY);
            other.says(client.relay(), Datagrams.datagram(origin.address(), OTHER));
            stage.passes(Stage.LATENCY);
            client.says(origin.address(), PING);
            origin.hears(large);
            origin.hears(PING);
            assertThat(stage.server().statistics().datagrams().foreign()).isOne();
            assertThat(stage.server().statistics().associationsMoved()).isZero();
        }
    }
}
