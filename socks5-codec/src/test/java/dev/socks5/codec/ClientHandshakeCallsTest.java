package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.codec.HandshakeModel.Plan;
import dev.socks5.codec.Spoken.Word;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every sequence of calls of a {@link ClientHandshake}, whatever may be sent ahead at each step, with a call that is
 * not due anywhere in between. What has to come of it is told by {@link HandshakeModel}, which knows the messages and
 * no states.
 */
class ClientHandshakeCallsTest {

    private static final String BEHIND = "CAFE";

    enum Call {
        SEND,
        SEND_ALL_BUT_LOGINS,
        SEND_ALL,
        RECEIVE,
        RECEIVE_TOO_LITTLE,
        MISSING;

        boolean sends() {
            return name().startsWith("SEND");
        }

        SendAhead ahead() {
            return switch (this) {
                case SEND_ALL -> SendAhead.ALL;
                case SEND_ALL_BUT_LOGINS -> SendAhead.ALL_BUT_LOGINS;
                default -> SendAhead.NOTHING;
            };
        }
    }

    /** A handshake, and the model that it has to follow. */
    private static final class Walk {
        private final Plan plan;
        private final HandshakeModel model;
        private final Spoken used;
        private final Spoken other = Spoken.client(0x81, Word.client("FF"), Word.server("FF"));
        private final GssapiProtection protection;
        private final ClientHandshake handshake;

        Walk(Plan plan) throws Socks5Exception {
            this.plan = plan;
            model = new HandshakeModel(plan);
            used = Spoken.client(0x80, plan.spoken());
            protection = new GssapiProtection(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY);
            if (plan.verdict()) {
                used.verdict();
            }
            if (plan.protects()) {
                used.protects(protection);
            }
            Request request = new Request(plan.command(), Endpoint.of("192.0.2.9", 80));
            handshake = new ClientHandshake(request, plan.single() ? List.of(used) : List.of(other, used), null);
        }

        /** Whether it has led on. */
        boolean makes(Call call) throws Socks5Exception {
            boolean due = model.turn() == (call.sends() ? Turn.SEND : Turn.RECEIVE);
            Object before = state();
            String next = due ? model.next().hex() : "05 00";
            ByteBuffer in = Buffers.of(next + BEHIND);
            boolean goesOn = due && (call.sends() || call == Call.RECEIVE);
            if (call == Call.RECEIVE_TOO_LITTLE) {
                in.limit(Buffers.octets(next).length - 1);
            }
            if (!due) {
                assertThatIllegalStateException().isThrownBy(() -> make(call, in));
            } else if (call.sends()) {
                String flight = model.send(call.ahead());
                assertThat(Buffers.hex(handshake.send(call.ahead()))).isEqualTo(flight);
            } else if (call == Call.RECEIVE) {
                assertThat(handshake.missing(in)).isZero();
                assertThat(handshake.receive(in)).isTrue();
                assertThat(Buffers.hex(in)).isEqualTo(BEHIND);
                model.receive();
            } else {
                make(call, in);
            }
            if (!goesOn) {
                assertThat(in.position()).isZero();
                assertThat(state()).isEqualTo(before);
            }
            followsTheModel();
            return goesOn;
        }

        /** Makes a call that is due. */
        private void repeat(Call call) throws Socks5Exception {
            if (call == Call.RECEIVE) {
                handshake.receive(Buffers.of(model.receive().hex()));
            } else {
                model.send(call.ahead());
                handshake.send(call.ahead());
            }
        }

        /** What was not due has left no trace. */
        void finish() throws Socks5Exception {
            while (model.turn() != Turn.DONE) {
                repeat(model.turn() == Turn.SEND ? Call.SEND : Call.RECEIVE);
            }
            followsTheModel();
        }

        private void make(Call call, ByteBuffer in) throws Socks5Exception {
            switch (call) {
                case RECEIVE, RECEIVE_TOO_LITTLE ->
                    assertThat(handshake.receive(in)).isFalse();
                case MISSING -> assertThat(handshake.missing(in.limit(0))).isPositive();
                default -> handshake.send(call.ahead());
            }
        }

        private List<Object> state() {
            return List.of(
                    handshake.turn(),
                    handshake.reply(),
                    handshake.protection(),
                    handshake.isRequestSent(),
                    used.said(),
                    used.closed(),
                    other.closed());
        }

        private void followsTheModel() {
            assertThat(handshake.turn()).isEqualTo(model.turn());
            assertThat(handshake.isRequestSent()).isEqualTo(model.isRequestSent());
            assertThat(handshake.protection())
                    .isEqualTo(Optional.of((Protection) protection)
                            .filter(own -> plan.protects() && model.isNegotiated()));
            assertThat(handshake
                            .reply()
                            .map(reply -> (long) reply.bound().port())
                            .orElse(0L))
                    .isEqualTo(model.replies());
            assertThat(other.closed()).isEqualTo(model.isSelected() && !plan.single() ? 1 : 0);
            assertThat(used.closed()).isEqualTo(model.isNegotiated() && !plan.protects() ? 1 : 0);
        }
    }

    static Stream<Plan> plans() {
        List<Plan> plans = new ArrayList<>();
        for (String words : List.of("", "c", "s", "cs", "sc", "ccs", "scs", "cscs")) {
            for (boolean single : new boolean[] {true, false}) {
                for (Command command : List.of(Command.CONNECT, Command.BIND)) {
                    plans.add(new Plan(words, false, false, single, command));
                    plans.add(new Plan(words, true, false, single, command));
                    plans.add(new Plan(words, false, true, single, command));
                }
            }
        }
        return plans.stream();
    }

    @ParameterizedTest
    @MethodSource("plans")
    void everySequenceOfCalls(Plan plan) throws Socks5Exception {
        walk(plan, List.of());
    }

    private static void walk(Plan plan, List<Call> calls) throws Socks5Exception {
        for (Call call : Call.values()) {
            Walk walk = new Walk(plan);
            for (Call earlier : calls) {
                walk.repeat(earlier);
            }
            if (walk.makes(call)) {
                walk(plan, Stream.concat(calls.stream(), Stream.of(call)).toList());
            } else {
                walk.finish();
            }
        }
    }
}
