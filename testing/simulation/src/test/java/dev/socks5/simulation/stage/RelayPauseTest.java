package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Associations of which one direction pauses, at one byte a second for minutes. */
class RelayPauseTest {

    private static final byte[] LARGE = new byte[300];
    private static final byte[] ONE = {'.'};

    private static void assertNothingIsLeft(Stage stage) {
        stage.events.at("closed");
        stage.passes(Duration.ofSeconds(1));
        stage.assertNothingIsLeft();
    }

    /** What pauses has a timer, and no more than the association. */
    @ParameterizedTest
    @CsvSource({"IPV4, true", "IPV4, false", "IPV4_TWO_LOOPS, true", "IPV6, false", "IPV6_TWO_LOOPS, true"})
    void oneThatEndsWhileItPauses(Setting setting, boolean up) {
        try (Stage stage = new Stage(setting).serve(server -> server.bandwidthPerConnection(1))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Association client = Association.open(stage);
            client.says(origin.address(), up ? LARGE : ONE);
            origin.takes();
            if (!up) {
                origin.answers(LARGE);
                client.hears(origin.address(), LARGE);
            }
            client.control().closes();
            assertNothingIsLeft(stage);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "IPV4, true",
        "IPV4, false",
        "IPV6, true",
        "IPV6, false",
        "IPV4_TWO_LOOPS, true",
        "IPV6_TWO_LOOPS, false"
    })
    void oneThroughAnUpstream(Setting setting, boolean theUpstreamEndsIt) {
        try (Stage stage = new Stage(setting)) {
            Origin proxy = stage.origin(stage.far(9));
            stage.serve(
                    server -> server.connector(Tunnels.through(proxy.address())).bandwidthPerConnection(1));
            Datagrams relay = stage.datagrams(stage.far(9));
            Program control = stage.asks(3, Setting.at("0.0.0.0", 0));
            Program upstream = proxy.takes().hears(Stage.GREETING).says(Stage.ANONYMOUS);
            upstream.hears("05 03 00 01 00 00 00 00 00 00").says("05 00 00 " + Setting.hex(relay.address()));
            InetSocketAddress own = control.hearsSuccess();
            Datagrams client = stage.datagrams(new InetSocketAddress(setting.client, 50_000));
            byte[] datagram = Datagrams.datagram(stage.far(1), LARGE);
            client.says(own, datagram);
            relay.hears(datagram);
            relay.answers(datagram);
            client.hears(datagram);
            Program first = theUpstreamEndsIt ? upstream : control;
            Program other = theUpstreamEndsIt ? control : upstream;
            first.closes();
            other.dropped();
            other.closes();
            assertNothingIsLeft(stage);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAnUpstreamSendsWaitsForThePauseToo(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            Origin proxy = stage.origin(stage.far(9));
            stage.serve(
                    server -> server.connector(Tunnels.through(proxy.address())).bandwidthPerConnection(300));
            Datagrams relay = stage.datagrams(stage.far(9));
            Program control = stage.asks(3, Setting.at("0.0.0.0", 0));
            Program upstream = proxy.takes().hears(Stage.GREETING).says(Stage.ANONYMOUS);
            upstream.hears("05 03 00 01 00 00 00 00 00 00").says("05 00 00 " + Setting.hex(relay.address()));
            InetSocketAddress own = control.hearsSuccess();
            Datagrams client = stage.datagrams(new InetSocketAddress(setting.client, 50_000));
            client.says(own, Datagrams.datagram(stage.far(1), ONE));
            relay.hears(stage.far(1), ONE);
            relay.answers(Datagrams.datagram(stage.far(1), LARGE));
            long since = client.hears(stage.far(1), LARGE);
            relay.answers(Datagrams.datagram(stage.far(1), ONE));
            assertKept(Duration.ofMillis(950), since, client.hears(stage.far(1), ONE));
        }
    }

    static Stream<Arguments> families() {
        List<Setting> each = List.of(Setting.IPV4, Setting.IPV6);
        return Stream.of(Setting.values())
                .flatMap(setting -> each.stream().flatMap(a -> each.stream().map(b -> Arguments.of(setting, a, b))));
    }

    /** Nothing is lost meanwhile: it waits in the system. */
    @ParameterizedTest
    @MethodSource("families")
    void whatHasPausedIsNotDeliveredByEitherFamilyBeforeItGoesOn(Setting setting, Setting first, Setting second) {
        try (Stage stage = new Stage(setting).serve(server -> server.bandwidthPerConnection(300))) {
            Datagrams origin = stage.datagrams(first.far(1, 80));
            Datagrams other = stage.datagrams(second.far(2, 80));
            Association client = Association.open(stage);
            client.says(other.address(), ONE).says(origin.address(), ONE);
            other.hears(ONE);
            origin.hears(ONE);
            origin.answers(LARGE);
            long since = client.hears(origin.address(), LARGE);
            for (int i = 0; i < 10; i++) {
                other.answers(ONE);
                origin.answers(ONE);
            }
            // A second's worth, less the credit.
            assertKept(Duration.ofMillis(950), since, client.socket().takes().at());
            for (int i = 1; i < 20; i++) {
                client.socket().takes();
            }
        }
    }

    /** The socket for the other family is opened while its datagrams may not be taken. */
    @ParameterizedTest
    @MethodSource("families")
    void whatIsOpenedInAPausePausesToo(Setting setting, Setting first, Setting second) {
        try (Stage stage = new Stage(setting).serve(server -> server.bandwidthPerConnection(300))) {
            Datagrams origin = stage.datagrams(first.far(1, 80));
            Datagrams other = stage.datagrams(second.far(2, 80));
            Association client = Association.open(stage);
            client.says(origin.address(), ONE);
            origin.hears(ONE);
            origin.answers(LARGE);
            long since = client.hears(origin.address(), LARGE);
            client.says(other.address(), ONE);
            other.hears(ONE);
            other.answers(ONE);
            assertKept(Duration.ofMillis(950), since, client.hears(other.address(), ONE));
        }
    }

    /** What a stranger sends is not charged to the client: else nothing would be taken from it for minutes. */
    @ParameterizedTest
    @EnumSource
    void whatStrangersSendIsNotCharged(Setting setting) {
        try (Stage stage = new Stage(setting).serve(server -> server.bandwidthPerConnection(1))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Datagrams stranger = stage.datagrams(stage.far(2));
            Association client = Association.open(stage);
            stranger.says(client.relay(), LARGE);
            stage.passes(Duration.ofMillis(5));
            long since = stage.world.elapsed();
            client.says(origin.address(), ONE).says(origin.address(), ONE);
            origin.hears(ONE);
            assertThat(origin.hears(ONE) - since).isLessThan(3 * Stage.LATENCY);
        }
    }
}
