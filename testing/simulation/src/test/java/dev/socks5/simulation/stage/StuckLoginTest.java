package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Turn;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.MethodAuthenticator;
import dev.socks5.server.User;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Negotiations of a private method that block, or never have enough: they are closed when their time is up. */
class StuckLoginTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final AuthMethod METHOD = AuthMethod.of(0x80);

    /** Where it is that a negotiation is stuck. */
    enum Where {
        RECEIVE,
        SEND,
        NEVER_ENOUGH
    }

    /** Takes one byte and answers it, after longer than there is time for. */
    private static final class Stuck implements ServerNegotiation {
        private final Stage stage;
        private final Where where;
        private Turn turn = Turn.RECEIVE;
        private int returned;
        private long closedAt = -1;

        private Stuck(Stage stage, Where where) {
            this.stage = stage;
            this.where = where;
        }

        @Override
        public AuthMethod method() {
            return METHOD;
        }

        @Override
        public Turn turn() {
            return turn;
        }

        private void block(Where here) {
            if (where == here) {
                stage.world.sleep(LIMIT.multipliedBy(3).toNanos());
                returned++;
            }
        }

        @Override
        public int missing(ByteBuffer in) {
            return where == Where.NEVER_ENOUGH || !in.hasRemaining() ? 1 : 0;
        }

        @Override
        public boolean receive(ByteBuffer in) {
            if (missing(in) > 0) {
                return false;
            }
            in.get();
            block(Where.RECEIVE);
            turn = Turn.SEND;
            return true;
        }

        @Override
        public ByteBuffer send() {
            block(Where.SEND);
            turn = Turn.DONE;
            return ByteBuffer.wrap(new byte[] {1});
        }

        @Override
        public Optional<Principal> principal() {
            return Optional.of(new User("late"));
        }

        @Override
        public void close() {
            closedAt = stage.world.elapsed();
        }
    }

    private static MethodAuthenticator method(ServerNegotiation negotiation, boolean blocks) {
        return new MethodAuthenticator() {
            @Override
            public ServerNegotiation begin(ClientAddress client) {
                return negotiation;
            }

            @Override
            public boolean mayBlock() {
                return blocks;
            }
        };
    }

    static Stream<Arguments> blocking() {
        return Stream.of(Setting.values())
                .flatMap(setting -> Stream.of(Where.RECEIVE, Where.SEND).map(where -> Arguments.of(setting, where)));
    }

    /** It is closed when the time is up, while it is still blocked, and has no effect when it comes back. */
    @ParameterizedTest
    @MethodSource("blocking")
    void whatIsStuckIsClosed(Setting setting, Where where) {
        try (Stage stage = new Stage(setting)) {
            Stuck stuck = new Stuck(stage, where);
            Origin origin = stage.origin();
            stage.serveUsers(server -> server.handshakeTimeout(LIMIT).method(METHOD, method(stuck, true)));
            Program client = stage.client().says("05 01 80 2e 05 01 00 " + Setting.hex(origin.address()));
            client.hears("05 80").dropped();
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.HANDSHAKE_TIMEOUT);
            assertKept(LIMIT, stage.events.at("accepted"), stuck.closedAt);
            assertKept(LIMIT, stage.events.at("accepted"), stage.events.at("closed"));
            assertThat(stuck.returned).isOne();
            stage.passes(LIMIT);
            assertThat(stage.events.all()).containsExactly("accepted", "closed 0 0 HANDSHAKE_TIMEOUT");
            assertThat(origin.count()).isZero();
            stage.assertNothingIsLeft();
        }
    }

    /** The deadline is one for the whole handshake: a byte now and then does not move it. */
    @ParameterizedTest
    @EnumSource
    void aDripDoesNotKeepALoginOpen(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            Stuck endless = new Stuck(stage, Where.NEVER_ENOUGH);
            stage.serveUsers(server -> server.handshakeTimeout(LIMIT).method(METHOD, method(endless, false)));
            Program client = stage.client().says("05 01 80").hears("05 80");
            while (!client.isOver()) {
                client.says("00");
                stage.passes(Duration.ofMillis(900));
            }
            assertKept(LIMIT, stage.events.at("accepted"), stage.events.at("closed 0 0 HANDSHAKE_TIMEOUT"));
            assertThat(endless.closedAt).isNotNegative();
            stage.assertNothingIsLeft();
        }
    }
}
