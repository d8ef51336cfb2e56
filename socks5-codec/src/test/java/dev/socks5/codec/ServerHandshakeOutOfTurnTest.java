package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Explorer.Explored;
import dev.socks5.codec.Explorer.Walk;
import dev.socks5.codec.Spoken.Word;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every call in every state of a server and the negotiation that it has selected, in turn and out of turn, with every
 * method.
 */
class ServerHandshakeOutOfTurnTest {

    private static final String BEHIND = "CAFE";
    private static final String OUT_OF_TURN = "IllegalStateException";
    private static final Word ABORT = Word.server("01 FF");
    private static final Word REJECTION = Word.server("05 01 00 01 00000000 0000");

    private enum Call {
        RECEIVE,
        RECEIVE_TOO_LITTLE,
        RECEIVE_NONSENSE,
        SELECT,
        SELECT_ANOTHER,
        REFUSE,
        SUCCEED,
        FAIL,
        NEGOTIATION_SEND,
        NEGOTIATION_RECEIVE,
        NEGOTIATION_RECEIVE_TOO_LITTLE,
        NEGOTIATION_RECEIVE_NONSENSE;

        private boolean isNegotiations() {
            return name().startsWith("NEGOTIATION");
        }
    }

    /** What is still to be said, and whether that ends in failure. */
    private record State(List<Word> open, boolean fails) {
        Turn turn() {
            if (open.isEmpty()) {
                return fails ? Turn.FAILED : Turn.DONE;
            }
            return open.get(0).byClient() ? Turn.RECEIVE : Turn.SEND;
        }
    }

    private static final class Server implements Walk<Call> {
        private final Talk talk;
        private final List<Word> words;
        private final ServerNegotiation negotiation;
        private final ServerHandshake handshake = new ServerHandshake();
        private State state;
        private boolean selected;

        Server(Talk talk) {
            this.talk = talk;
            this.words = talk.words();
            this.negotiation = talk.method().server();
            this.state = new State(words, false);
        }

        @Override
        public Object state() {
            return List.of(state, selected);
        }

        @Override
        public void make(Call call) {
            State before = state;
            if (call.isNegotiations() && !selected) {
                return; // nobody drives a negotiation before its method is selected
            }
            String message = message(call).replace(" ", "");
            ByteBuffer in = Buffers.of(message);
            String outcome = outcome(call, in);
            String expected = expected(call);
            Cases.same(expected, outcome, before);
            Cases.same(expected.equals("true") ? BEHIND : message, Buffers.hex(in), before);
            Cases.same(state.turn(), handshake.turn(), before);
            selected |= call == Call.SELECT && !expected.equals(OUT_OF_TURN);
            boolean known = negotiation.turn() == Turn.DONE && talk.method() != Talk.Method.NONE;
            Cases.same(known, negotiation.principal().isPresent(), before);
        }

        /** The index of the next word; past all of them once it fails. */
        private int at() {
            return state.fails() ? words.size() : words.size() - state.open().size();
        }

        private boolean isNegotiating() {
            return state.open().equals(List.of(ABORT)) || (at() >= 2 && at() < talk.requestAt());
        }

        private String message(Call call) {
            boolean hears = state.turn() == Turn.RECEIVE;
            String next = hears
                    ? state.open().get(0).hex()
                    : words.get(talk.requestAt()).hex();
            return switch (call) {
                case RECEIVE, NEGOTIATION_RECEIVE -> next + BEHIND;
                case RECEIVE_TOO_LITTLE, NEGOTIATION_RECEIVE_TOO_LITTLE -> next.substring(0, next.length() - 2);
                case RECEIVE_NONSENSE, NEGOTIATION_RECEIVE_NONSENSE -> "04 01 50";
                default -> "";
            };
        }

        private String outcome(Call call, ByteBuffer in) {
            try {
                return switch (call) {
                    case RECEIVE, RECEIVE_TOO_LITTLE, RECEIVE_NONSENSE ->
                        "" + handshake.receive(in).isPresent();
                    case SELECT -> Buffers.hex(handshake.select(negotiation));
                    case SELECT_ANOTHER -> Buffers.hex(handshake.select(Spoken.server(0x81)));
                    case REFUSE -> Buffers.hex(handshake.refuse());
                    case SUCCEED -> Buffers.hex(handshake.send(Talk.reply(isSecondReply() ? 1 : 0)));
                    case FAIL -> Buffers.hex(handshake.send(Reply.failure(ReplyCode.GENERAL_FAILURE)));
                    case NEGOTIATION_SEND -> Buffers.hex(negotiation.send());
                    default -> "" + negotiation.receive(in);
                };
            } catch (Socks5Exception | RuntimeException e) {
                return e.getClass().getSimpleName();
            }
        }

        private boolean isSecondReply() {
            return state.open().size() == 1 && talk.command().equals(Command.BIND);
        }

        /** What has to come of a call; the state is the one after it then. */
        private String expected(Call call) {
            boolean replies = state.turn() == Turn.SEND && (at() > talk.requestAt() && !isNegotiating());
            boolean due = switch (call) {
                case RECEIVE, RECEIVE_TOO_LITTLE, RECEIVE_NONSENSE -> state.turn() == Turn.RECEIVE && !isNegotiating();
                case SELECT, SELECT_ANOTHER, REFUSE -> at() == 1;
                case SUCCEED, FAIL -> replies;
                case NEGOTIATION_SEND -> isNegotiating() && state.turn() == Turn.SEND;
                default -> isNegotiating() && state.turn() == Turn.RECEIVE;
            };
            return due ? inTurn(call) : OUT_OF_TURN;
        }

        private String inTurn(Call call) {
            return switch (call) {
                case RECEIVE, NEGOTIATION_RECEIVE -> {
                    goOn();
                    yield "true";
                }
                case RECEIVE_TOO_LITTLE, NEGOTIATION_RECEIVE_TOO_LITTLE -> "false";
                case RECEIVE_NONSENSE, NEGOTIATION_RECEIVE_NONSENSE -> {
                    boolean aborts = at() >= 2 && at() < talk.requestAt() && talk.method() == Talk.Method.GSSAPI;
                    boolean rejects = at() == talk.requestAt();
                    state = new State(aborts ? List.of(ABORT) : rejects ? List.of(REJECTION) : List.of(), true);
                    yield "MalformedMessageException";
                }
                case SELECT, NEGOTIATION_SEND -> goOn();
                case SELECT_ANOTHER -> "IllegalArgumentException";
                case REFUSE -> fail("05FF");
                case SUCCEED -> state.fails() ? "IllegalArgumentException" : goOn();
                case FAIL -> fail(Buffers.hex(REJECTION.encode()));
            };
        }

        private String goOn() {
            Word word = state.open().get(0);
            state = new State(state.open().subList(1, state.open().size()), state.fails());
            return Buffers.hex(word.encode());
        }

        private String fail(String word) {
            state = new State(List.of(), true);
            return word;
        }
    }

    @Test
    void everyCallInEveryState() throws Exception {
        Explored explored = new Explored(0, 0);
        for (Talk talk : Talk.all()) {
            explored = explored.plus(Explorer.explore(() -> new Server(talk), Call.values()));
        }
        assertThat(explored).isEqualTo(new Explored(86, 12_144));
    }
}
