package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Explorer.Explored;
import dev.socks5.codec.Explorer.Walk;
import dev.socks5.codec.Spoken.Word;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every call in every state of a client, in turn and out of turn, with every method. */
class ClientHandshakeOutOfTurnTest {

    private static final String BEHIND = "CAFE";
    private static final String OUT_OF_TURN = "IllegalStateException";
    private static final String REFUSAL = "05 05 00 01 00000000 0000";

    private enum Call {
        SEND,
        SEND_ALL_BUT_LOGINS,
        SEND_ALL,
        RECEIVE,
        RECEIVE_TOO_LITTLE,
        RECEIVE_NONSENSE,
        RECEIVE_NO,
        MISSING,
        CLOSED,
        CLOSED_BEHIND_A_REFUSAL,
        CLOSE
    }

    /**
     * What is still to be said, in the order in which it would be said if nothing went ahead, and what has come so far.
     */
    private record State(List<Word> open, boolean failed, boolean closed, Optional<Reply> reply) {
        Turn turn() {
            return failed
                    ? Turn.FAILED
                    : open.isEmpty() ? Turn.DONE : open.get(0).byClient() ? Turn.SEND : Turn.RECEIVE;
        }

        State inFailure() {
            return new State(open, true, closed, reply);
        }
    }

    private static final class Client implements Walk<Call> {
        private final Talk talk;
        private final List<Word> words;
        private final Word request;
        private final ClientHandshake handshake;
        private State state;

        Client(Talk talk) {
            this.talk = talk;
            this.words = talk.words();
            this.request = words.get(talk.requestAt());
            this.handshake = talk.client();
            this.state = new State(words, false, false, Optional.empty());
        }

        @Override
        public Object state() {
            return state;
        }

        @Override
        public void make(Call call) {
            State before = state;
            String message = message(call).replace(" ", "");
            ByteBuffer in = Buffers.of(message);
            String expected = expected(call);
            Cases.same(expected, outcome(call, in), before);
            if (expected.equals("true")) {
                Cases.same(BEHIND, Buffers.hex(in), before);
            } else if (expected.equals("false") || expected.equals(OUT_OF_TURN)) {
                Cases.same(message, Buffers.hex(in), before);
            }
            Cases.same(state.turn(), handshake.turn(), before);
            Cases.same(state.reply(), handshake.reply(), before);
            Cases.same(Optional.empty(), handshake.protection(), before);
            Cases.same(!state.open().contains(request), handshake.isRequestSent(), before);
        }

        private boolean isHearing(int firstWord, int endWord) {
            return state.turn() == Turn.RECEIVE
                    && words.subList(firstWord, endWord).contains(state.open().get(0));
        }

        private String message(Call call) {
            return switch (call) {
                case RECEIVE -> hearsNext() + BEHIND;
                case RECEIVE_TOO_LITTLE -> hearsNext().substring(0, hearsNext().length() - 2);
                case RECEIVE_NONSENSE -> "04 00" + BEHIND;
                case RECEIVE_NO -> no() + BEHIND;
                case CLOSED_BEHIND_A_REFUSAL -> "05 05";
                default -> "";
            };
        }

        private String hearsNext() {
            return state.turn() == Turn.RECEIVE ? state.open().get(0).hex() : "05 00";
        }

        private String no() {
            if (isHearing(1, 2)) {
                return "05 FF";
            }
            return isHearing(2, talk.requestAt()) ? talk.method().no() : REFUSAL;
        }

        private String outcome(Call call, ByteBuffer in) {
            try {
                return switch (call) {
                    case SEND -> Buffers.hex(handshake.send());
                    case SEND_ALL_BUT_LOGINS -> Buffers.hex(handshake.send(SendAhead.ALL_BUT_LOGINS));
                    case SEND_ALL -> Buffers.hex(handshake.send(SendAhead.ALL));
                    case RECEIVE, RECEIVE_TOO_LITTLE, RECEIVE_NONSENSE, RECEIVE_NO -> "" + handshake.receive(in);
                    case MISSING -> handshake.missing(in) > 0 ? "some" : "none";
                    case CLOSED, CLOSED_BEHIND_A_REFUSAL ->
                        handshake.closed(in).getClass().getSimpleName();
                    case CLOSE -> {
                        handshake.close();
                        yield "";
                    }
                };
            } catch (Socks5Exception | RuntimeException e) {
                return e.getClass().getSimpleName();
            }
        }

        /** What has to come of a call; the state is the one after it then. */
        private String expected(Call call) {
            if (call == Call.CLOSE) {
                state = new State(state.open(), state.failed(), true, state.reply());
                return "";
            }
            boolean over = state.turn() == Turn.DONE || state.turn() == Turn.FAILED;
            boolean due = switch (call) {
                case SEND, SEND_ALL_BUT_LOGINS, SEND_ALL -> state.turn() == Turn.SEND;
                case CLOSED, CLOSED_BEHIND_A_REFUSAL -> !over;
                default -> state.turn() == Turn.RECEIVE;
            };
            if (!due) {
                return OUT_OF_TURN;
            }
            return switch (call) {
                case SEND -> send(SendAhead.NOTHING);
                case SEND_ALL_BUT_LOGINS -> send(SendAhead.ALL_BUT_LOGINS);
                case SEND_ALL -> send(SendAhead.ALL);
                case RECEIVE -> receive();
                case RECEIVE_TOO_LITTLE -> "false";
                case MISSING -> "some";
                case RECEIVE_NO -> receiveNo();
                case RECEIVE_NONSENSE, CLOSED -> fail("MalformedMessageException");
                default -> fail(isReplying() ? "RequestRejectedException" : "MalformedMessageException");
            };
        }

        private boolean isReplying() {
            return isHearing(talk.requestAt() + 1, words.size());
        }

        private String fail(String failure) {
            state = state.inFailure();
            return failure;
        }

        private String send(SendAhead ahead) {
            List<Word> open = new ArrayList<>(state.open());
            List<Word> flight = new ArrayList<>(List.of(open.remove(0)));
            if (ahead == SendAhead.ALL && flight.contains(words.get(0)) && talk.requestAt() > 2) {
                flight.add(open.remove(1)); // the first word of the method, behind the selection
            }
            boolean hasSaidAll = talk.method() == Talk.Method.NONE
                    || (talk.method() == Talk.Method.PASSWORD && !open.contains(words.get(2)));
            if (ahead != SendAhead.NOTHING && hasSaidAll && open.remove(request)) {
                flight.add(request);
            }
            if (state.closed() && flight.contains(words.get(2)) && talk.method() == Talk.Method.GSSAPI) {
                return fail("GssapiException"); // the context has ended
            }
            state = new State(open, false, state.closed(), state.reply());
            return Talk.said(flight, true);
        }

        private String receive() {
            if (state.closed() && talk.method() == Talk.Method.GSSAPI && isHearing(3, 4)) {
                return fail("GssapiException");
            }
            int replies = words.size() - state.open().size() - talk.requestAt();
            Optional<Reply> reply = isReplying() ? Optional.of(Talk.reply(replies - 1)) : state.reply();
            state = new State(state.open().subList(1, state.open().size()), false, state.closed(), reply);
            return "true";
        }

        private String receiveNo() {
            if (isReplying()) {
                Reply refusal = Reply.failure(ReplyCode.CONNECTION_REFUSED);
                state = new State(state.open(), true, state.closed(), Optional.of(refusal));
                return "RequestRejectedException";
            }
            return fail(
                    isHearing(1, 2)
                            ? "NoAcceptableMethodException"
                            : talk.method().denial());
        }
    }

    @Test
    void everyCallInEveryState() throws Exception {
        Explored explored = new Explored(0, 0);
        for (Talk talk : Talk.all()) {
            explored = explored.plus(Explorer.explore(() -> new Client(talk), Call.values()));
        }
        assertThat(explored).isEqualTo(new Explored(288, 29_612));
    }
}
