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

/**
 * Two proxies in a row: every call in every state, in turn and out of turn, and every pair of cuts through what they
 * say.
 */
class ProxyChainOutOfTurnTest {

    private static final String OUT_OF_TURN = "IllegalStateException";

    private enum Call {
        SEND,
        INPUT,
        RECEIVE,
        RECEIVE_NOTHING,
        RECEIVE_NONSENSE,
        CLOSED,
        CLOSE
    }

    /** What is still to be said, and whether it has failed. */
    private record State(List<Word> open, boolean failed) {
        Turn turn() {
            return failed
                    ? Turn.FAILED
                    : open.isEmpty() ? Turn.DONE : open.get(0).byClient() ? Turn.SEND : Turn.RECEIVE;
        }
    }

    /** The second proxy has the name that each talk asks for. */
    private record Row(Talk first, Talk second) {

        static List<Row> all() {
            List<Row> rows = new ArrayList<>();
            for (Talk.Method first : Talk.Method.values()) {
                for (Talk.Method second : Talk.Method.values()) {
                    rows.add(new Row(new Talk(first, Command.CONNECT), new Talk(second, Command.BIND)));
                }
            }
            return rows;
        }

        List<Word> words() {
            List<Word> words = new ArrayList<>(first.words());
            words.addAll(second.words());
            return words;
        }

        ProxyChain chain() {
            return new ProxyChain(List.of(hop(first), hop(second)), second.request());
        }

        private static ProxyChain.Hop hop(Talk talk) {
            return new ProxyChain.Hop() {
                @Override
                public Endpoint endpoint() {
                    return Talk.DESTINATION;
                }

                @Override
                public ClientHandshake handshake(Request request, Endpoint destination) {
                    Cases.same(talk.request(), request, destination);
                    return talk.client();
                }
            };
        }
    }

    private static final class Chain implements Walk<Call> {
        private final Row row;
        private final ProxyChain chain;
        private State state;

        Chain(Row row) {
            this.row = row;
            this.chain = row.chain();
            this.state = new State(row.words(), false);
        }

        @Override
        public Object state() {
            return state;
        }

        @Override
        public void make(Call call) {
            State before = state;
            String expected = expected(call);
            Cases.same(expected, outcome(call, before), before);
            int secondAt = row.second().words().size();
            Cases.same(state.turn(), chain.turn(), before);
            Cases.same(state.open().size() > secondAt ? 0 : 1, chain.hop(), before);
            Cases.same(state.open().size() <= secondAt, chain.isAtLast(), before);
            Cases.same(Optional.empty(), chain.protection(), before);
        }

        private String outcome(Call call, State before) {
            try {
                return switch (call) {
                    case SEND -> Buffers.hex(chain.send());
                    case INPUT -> chain.input().hasRemaining() ? "room" : "none";
                    case RECEIVE ->
                        receive(
                                before.turn() == Turn.RECEIVE
                                        ? before.open().get(0).hex()
                                        : "");
                    case RECEIVE_NOTHING -> "" + chain.receive().isPresent();
                    case RECEIVE_NONSENSE -> receive("04 5A 00 00 00");
                    case CLOSED -> chain.closed().getClass().getSimpleName();
                    case CLOSE -> {
                        chain.close();
                        yield "";
                    }
                };
            } catch (Socks5Exception | RuntimeException e) {
                return e.getClass().getSimpleName();
            }
        }

        private String receive(String hex) throws Socks5Exception {
            ByteBuffer message = Buffers.of(hex);
            Optional<Reply> reply;
            do {
                pass(message, chain.input());
                reply = chain.receive();
            } while (message.hasRemaining());
            return reply.map(Reply::toString).orElse("");
        }

        /** What has to come of a call; the state is the one after it then. */
        private String expected(Call call) {
            if (call == Call.CLOSE) {
                return "";
            }
            boolean over = state.turn() == Turn.DONE || state.turn() == Turn.FAILED;
            boolean due = call == Call.CLOSED ? !over : state.turn() == (call == Call.SEND ? Turn.SEND : Turn.RECEIVE);
            if (!due) {
                return OUT_OF_TURN;
            }
            return switch (call) {
                case SEND -> goOn();
                case RECEIVE -> {
                    goOn();
                    int replies = row.second().words().size() - row.second().requestAt() - 1;
                    int left = state.open().size();
                    yield left < replies ? Talk.reply(replies - 1 - left).toString() : "";
                }
                case INPUT -> "room";
                case RECEIVE_NOTHING -> "false";
                default -> {
                    state = new State(state.open(), true);
                    yield "MalformedMessageException";
                }
            };
        }

        private String goOn() {
            Word word = state.open().get(0);
            state = new State(state.open().subList(1, state.open().size()), false);
            return Buffers.hex(word.encode());
        }
    }

    /** Fills what room there is: it fails if that is more than there are bytes, for the last reads into the tunnel. */
    private static void pass(ByteBuffer bytes, ByteBuffer room) {
        int length = room.remaining();
        room.put(bytes.slice().limit(length));
        bytes.position(bytes.position() + length);
    }

    @Test
    void everyCallInEveryState() throws Exception {
        Explored explored = new Explored(0, 0);
        for (Row row : Row.all()) {
            if (row.first().method() == Talk.Method.GSSAPI || row.second().method() == Talk.Method.GSSAPI) {
                continue; // what is closed has no context: see ClientHandshakeOutOfTurnTest
            }
            explored = explored.plus(Explorer.explore(() -> new Chain(row), Call.values()));
        }
        assertThat(explored).isEqualTo(new Explored(219, 10_395));
    }

    @Test
    void everyPairOfCuts() throws Socks5Exception {
        Cases cases = new Cases();
        for (Row row : Row.all()) {
            byte[] heard = Buffers.octets(Talk.said(row.words(), false) + "CA");
            String expected = Talk.said(row.words(), true) + " DONE CA";
            for (long cuts : Splits.pairs(heard.length).toArray()) {
                cases.expect(expected, walk(row.chain(), heard, cuts), cuts);
            }
        }
        assertThat(cases.count()).isEqualTo(10_673);
    }

    private static String walk(ProxyChain chain, byte[] bytes, long cuts) throws Socks5Exception {
        ByteBuffer arrived = ByteBuffer.wrap(bytes).limit(0);
        StringBuilder said = new StringBuilder();
        while (chain.turn() != Turn.DONE) {
            if (chain.turn() == Turn.SEND) {
                said.append(Buffers.hex(chain.send()));
            } else if (arrived.hasRemaining()) {
                ByteBuffer room = chain.input();
                ByteBuffer piece = arrived.slice().limit(Math.min(room.remaining(), arrived.remaining()));
                arrived.position(arrived.position() + piece.remaining());
                room.put(piece);
                chain.receive();
            } else {
                arrived.limit(Splits.end(cuts, arrived.limit()));
            }
        }
        return said + " DONE " + Buffers.hex(arrived.limit(bytes.length));
    }
}
