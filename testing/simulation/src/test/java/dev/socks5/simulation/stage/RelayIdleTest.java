package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.simulation.stage.Tunnels.Ends;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What keeps an association open, in each direction, and what does not; and how pauses count, in tunnels too. */
class RelayIdleTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int RATE = 200;

    private static void assertIdleAfter(Stage stage, long last, Duration time, int parts) {
        assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
        assertKept(time, last, stage.events.at("closed"), parts);
        stage.passes(Duration.ofSeconds(1));
        stage.assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void oneThatIsNotUsedEnds(Setting setting) {
        try (Stage stage = new Stage(setting).serve(server -> server.idleTimeout(LIMIT))) {
            Association.open(stage);
            assertIdleAfter(stage, stage.events.at("requested"), LIMIT, 1);
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
    void datagramsOfOneDirectionKeepItOpen(Setting setting, boolean up) {
        try (Stage stage = new Stage(setting).serve(server -> server.idleTimeout(LIMIT))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Association client = Association.open(stage);
            client.says(origin.address(), PING);
            origin.hears(PING);
            long last = 0;
            for (int i = 0; i < 100; i++) { // For longer than an hour.
                stage.passes(Duration.ofMillis(59_990));
                if (up) {
                    client.says(origin.address(), PING);
                    last = origin.hears(PING) - Stage.LATENCY;
                } else {
                    origin.answers(PING);
                    last = client.hears(origin.address(), PING) - Stage.LATENCY;
                }
            }
            assertIdleAfter(stage, last, LIMIT, 1);
        }
    }

    /** Datagrams of a stranger, fragments, garbage, and what an origin says that was not asked. */
    @ParameterizedTest
    @EnumSource
    void whatIsDroppedDoesNotKeepItOpen(Setting setting) {
        try (Stage stage = new Stage(setting).serve(server -> server.idleTimeout(LIMIT))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Datagrams unasked = stage.datagrams(stage.far(2));
            Datagrams stranger = stage.datagrams(stage.far(3));
            Association client = Association.open(stage);
            Datagrams otherPort = client.another();
            client.says(origin.address(), PING);
            long last = origin.hears(PING) - Stage.LATENCY;
            InetSocketAddress outer = origin.lastFrom();
            byte[] datagram = Datagrams.datagram(origin.address(), PING);
            byte[] fragment = datagram.clone();
            fragment[2] = 1;
            for (int i = 0; i < 59; i++) {
                stage.passes(Duration.ofSeconds(1));
                stranger.says(client.relay(), datagram);
                otherPort.says(client.relay(), datagram);
                client.socket().says(client.relay(), fragment).says(client.relay(), PING);
                unasked.says(outer, PING);
                assertThat(client.control().isOver()).isFalse();
            }
            assertIdleAfter(stage, last, LIMIT, 1);
            assertThat(origin.unheard() + client.socket().unheard()).isZero();
        }
    }

    /** Of 300 bytes, and a header on the way up, less the credit of 50 ms. */
    @ParameterizedTest
    @CsvSource({
        "IPV4, true",
        "IPV4, false",
        "IPV6, true",
        "IPV6, false",
        "IPV4_TWO_LOOPS, true",
        "IPV6_TWO_LOOPS, false"
    })
    void theIdleLimitBeginsWhenThePauseHasEnded(Setting setting, boolean up) {
        byte[] large = new byte[300];
        try (Stage stage = new Stage(setting)
                .serve(server -> server.bandwidthPerConnection(RATE).idleTimeout(Duration.ofSeconds(1)))) {
            Datagrams origin = stage.datagrams(stage.far(1));
            Association client = Association.open(stage);
            client.says(origin.address(), up ? large : PING);
            long last = origin.takes().at() - Stage.LATENCY;
            int charged = Datagrams.datagram(origin.address(), large).length;
            if (!up) {
                origin.answers(large);
                last = client.hears(origin.address(), large) - Stage.LATENCY;
                charged = large.length;
            }
            Duration pause = Duration.ofMillis(charged * 1_000 / RATE - 50);
            assertIdleAfter(stage, last, pause.plusSeconds(1), 2);
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
    void theIdleLimitOfATunnelDoesTheSame(Setting setting, boolean up) {
        byte[] slice = new byte[256];
        try (Stage stage = new Stage(setting)) {
            Ends ends = Tunnels.DIRECT.open(
                    stage, server -> server.bandwidthPerConnection(RATE).idleTimeout(Duration.ofSeconds(1)));
            Program from = up ? ends.client() : ends.far();
            Program to = up ? ends.far() : ends.client();
            from.says(slice);
            to.hears(slice);
            Duration pause = Duration.ofMillis(256 * 1_000 / RATE - 50);
            assertIdleAfter(stage, to.heardAt() - Stage.LATENCY, pause.plusSeconds(1), 2);
        }
    }
}
