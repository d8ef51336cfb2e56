package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that is reset while its destination is dialled, and has said all that it had to say before. */
class ResetTest {

    /** The request has come by then, and the connection to its destination has not. */
    private static final long DIALLING = Stage.LATENCY * 3 / 2;

    /** Nobody reads from it any more, and so the reset is noticed when the reply is sent. An end would be a lie. */
    @ParameterizedTest
    @EnumSource
    void theDestinationIsResetAsWell(Setting setting) {
        try (Stage stage = new Stage(setting).serve()) {
            Origin origin = stage.origin();
            Program client = stage.asks(1, origin.address()).says("2e").ends();
            stage.passes(DIALLING);
            client.resets();
            stage.passes(4 * Stage.LATENCY);
            origin.takes().reset();
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.BROKEN);
        }
    }
}
