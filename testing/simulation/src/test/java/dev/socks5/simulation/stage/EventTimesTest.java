package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From when the times of events are counted. */
class EventTimesTest {

    private static final Duration PAUSE = Duration.ofSeconds(7);

    /** From the request on, and not from the handshake: the way there and back, of a millisecond each. */
    @ParameterizedTest
    @EnumSource
    void ofConnect(Setting setting) {
        try (Stage stage = new Stage(setting).serve()) {
            Origin origin = stage.origin();
            Program client = stage.greeted();
            stage.passes(PAUSE);
            client.says("05 01 00 " + Setting.hex(origin.address())).hearsSuccess();
            long accepted = stage.events.at("accepted");
            assertThat(stage.events.all()).contains("connected 80 2");
            client.resets();
            assertThat(stage.events.ending().duration())
                    .isEqualTo(Duration.ofNanos(stage.events.at("closed") - accepted))
                    .isGreaterThan(PAUSE);
        }
    }

    /** The time until the peer comes counts. */
    @ParameterizedTest
    @EnumSource
    void ofBind(Setting setting) {
        try (Stage stage = new Stage(setting).serve()) {
            Program client = stage.greeted();
            stage.passes(PAUSE);
            InetSocketAddress bound =
                    client.says("05 02 00 " + Setting.hex(stage.far(1))).hearsSuccess();
            stage.passes(PAUSE);
            stage.connect(stage.far(1), bound).connected();
            client.hearsSuccess();
            // A way of a millisecond for the first reply, and one for the peer.
            assertThat(stage.events.all()).contains("connected 80 7002");
        }
    }
}
