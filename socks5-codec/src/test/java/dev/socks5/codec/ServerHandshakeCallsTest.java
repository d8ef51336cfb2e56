package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.socks5.codec.Spoken.Word;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every sequence of calls of a {@link ServerHandshake} and the negotiation that it has selected, with a call that is
 * not due anywhere in between.
 */
class ServerHandshakeCallsTest {

    private static final String BEHIND = "CAFE";
    private static final String GREETING = "05 01 80";

    enum Call {
        RECEIVE,
        RECEIVE_TOO_LITTLE,
        RECEIVE_ANYTHING_ELSE,
        SELECT,
        REFUSE,
        NEGOTIATE,
        SUCCEED,
        FAIL
    }

    /** What comes next. */
    enum Next {
        GREETING(Turn.RECEIVE),
        METHOD(Turn.SEND),
        CLIENTS_WORD(Turn.RECEIVE),
        SERVERS_WORD(Turn.SEND),
        REQUEST(Turn.RECEIVE),
        REPLY(Turn.SEND),
        SECOND_REPLY(Turn.SEND),
        REJECTION(Turn.SEND),
        DONE(Turn.DONE),
        FAILED(Turn.FAILED);

        private final Turn turn;

        Next(Turn turn) {
            this.turn = turn;
        }

        boolean isTimeFor(Call call) {
            return switch (this) {
                case GREETING, REQUEST -> call.name().startsWith("RECEIVE");
                case METHOD -> call == Call.SELECT || call == Call.REFUSE;
                case CLIENTS_WORD, SERVERS_WORD -> call == Call.NEGOTIATE;
                case REPLY, SECOND_REPLY -> call == Call.SUCCEED || call == Call.FAIL;
                case REJECTION -> call == Call.FAIL;
                case DONE, FAILED -> false;
            };
        }
    }

    private static final class Walk {
        private final String words;
        private final Turn end;
        private final String request;
        private final Spoken negotiation;
        private final ServerHandshake handshake = new ServerHandshake();
        private Next next = Next.GREETING;

        Walk(String words, Turn end, Command command) {
            this.words = words;
            this.end = end;
            request = "05 0%d 00 01 C0000209 0050".formatted(command.code());
            negotiation = Spoken.server(
                    0x80,
                    words.chars().mapToObj(who -> new Word(who == 'c', "0102")).toArray(Word[]::new));
            if (end == Turn.FAILED) {
                negotiation.endsInFailure();
            }
        }

        /** Makes a call; tells whether it was due and has led on. */
        boolean makes(Call call) throws Socks5Exception {
            Turn before = handshake.turn();
            int said = negotiation.said();
            ByteBuffer in = Buffers.of(message(call) + BEHIND);
            if (call == Call.RECEIVE_TOO_LITTLE) {
                in.limit(in.limit() - 3);
            }
            if (next.isTimeFor(call)) {
                make(call, in);
                next = after(call);
                assertThat(handshake.turn()).isEqualTo(next.turn);
                return call != Call.RECEIVE_TOO_LITTLE;
            }
            if (next == Next.REJECTION && call == Call.SUCCEED) {
                return false; // see ServerHandshakeTest
            }
            assertThatIllegalStateException().isThrownBy(() -> make(call, in));
            assertThat(in.position()).isZero();
            assertThat(negotiation.said()).isEqualTo(said);
            assertThat(handshake.turn()).isEqualTo(before).isEqualTo(next.turn);
            return false;
        }

        private String message(Call call) {
            if (call == Call.RECEIVE_ANYTHING_ELSE) {
                return "04";
            }
            return next == Next.GREETING
                    ? GREETING
                    : next == Next.CLIENTS_WORD && call == Call.NEGOTIATE ? "0102" : request;
        }

        private void make(Call call, ByteBuffer in) throws Socks5Exception {
            switch (call) {
                case RECEIVE -> {
                    assertThat(handshake.receive(in)).isPresent();
                    assertThat(Buffers.hex(in)).isEqualTo(BEHIND);
                }
                case RECEIVE_TOO_LITTLE -> {
                    assertThat(handshake.receive(in)).isEmpty();
                    assertThat(in.position()).isZero();
                }
                case RECEIVE_ANYTHING_ELSE -> {
                    if (!next.isTimeFor(call)) {
                        handshake.receive(in);
                    } else {
                        assertThatExceptionOfType(MalformedMessageException.class)
                                .isThrownBy(() -> handshake.receive(in));
                    }
                }
                case SELECT ->
                    assertThat(Buffers.hex(handshake.select(negotiation))).isEqualTo("0580");
                case REFUSE -> assertThat(Buffers.hex(handshake.refuse())).isEqualTo("05FF");
                case NEGOTIATE -> negotiate(in);
                case SUCCEED -> handshake.send(Reply.success(Endpoint.UNSPECIFIED));
                case FAIL -> handshake.send(Reply.failure(ReplyCode.GENERAL_FAILURE));
            }
        }

        /** The negotiation is asked by whoever drives it, and only while it is under way. */
        private void negotiate(ByteBuffer in) throws Socks5Exception {
            if (next == Next.CLIENTS_WORD) {
                assertThat(negotiation.receive(in)).isTrue();
            } else if (next == Next.SERVERS_WORD) {
                negotiation.send();
            } else {
                throw new IllegalStateException("it is not under way");
            }
        }

        private Next after(Call call) {
            return switch (call) {
                case RECEIVE -> next == Next.GREETING ? Next.METHOD : Next.REPLY;
                case RECEIVE_TOO_LITTLE -> next;
                case RECEIVE_ANYTHING_ELSE -> next == Next.GREETING ? Next.FAILED : Next.REJECTION;
                case SELECT, NEGOTIATE -> word();
                case REFUSE, FAIL -> Next.FAILED;
                case SUCCEED -> next == Next.REPLY && request.startsWith("05 02") ? Next.SECOND_REPLY : Next.DONE;
            };
        }

        private Next word() {
            int said = negotiation.said();
            if (said == words.length()) {
                return end == Turn.DONE ? Next.REQUEST : Next.FAILED;
            }
            return words.charAt(said) == 'c' ? Next.CLIENTS_WORD : Next.SERVERS_WORD;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'',   DONE", "c,   DONE", "s,   DONE", "cs,   DONE", "sc,   DONE", "cscs,   DONE", "scsc,   DONE",
        "'', FAILED", "c, FAILED", "s, FAILED", "cs, FAILED", "sc, FAILED", "cscs, FAILED", "scsc, FAILED",
    })
    void everySequenceOfCalls(String words, Turn end) throws Socks5Exception {
        for (Command command : List.of(Command.CONNECT, Command.BIND)) {
            walk(() -> new Walk(words, end, command), List.of(), 2);
        }
    }

    private interface Start {
        Walk walk();
    }

    private static void walk(Start start, List<Call> calls, int detours) throws Socks5Exception {
        for (Call call : Call.values()) {
            Walk walk = start.walk();
            for (Call earlier : calls) {
                walk.makes(earlier);
            }
            int left = walk.makes(call) ? detours : detours - 1;
            if (left > 0) {
                walk(start, Stream.concat(calls.stream(), Stream.of(call)).toList(), left);
            }
        }
    }
}
