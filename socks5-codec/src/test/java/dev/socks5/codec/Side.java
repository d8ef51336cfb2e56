package dev.socks5.codec;

import dev.socks5.codec.Spoken.Word;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One side of a handshake, as whoever has the connection drives it. */
interface Side {

    Turn turn();

    ByteBuffer say() throws Socks5Exception;

    /** Takes a message, and tells whether there was a whole one. */
    boolean hear(ByteBuffer in) throws Socks5Exception;

    /** How many bytes are missing to that, at the least. */
    int missing(ByteBuffer in);

    static Side client(ClientHandshake handshake, SendAhead ahead) {
        return new Side() {
            @Override
            public Turn turn() {
                return handshake.turn();
            }

            @Override
            public ByteBuffer say() throws Socks5Exception {
                return handshake.send(ahead);
            }

            @Override
            public boolean hear(ByteBuffer in) throws Socks5Exception {
                return handshake.receive(in);
            }

            @Override
            public int missing(ByteBuffer in) {
                return handshake.missing(in);
            }
        };
    }

    /** A server that grants everything, and tells a client what was malformed in its request. */
    static Side server(ServerNegotiation negotiation) {
        ServerHandshake handshake = new ServerHandshake();
        return new Side() {
            private boolean selected;
            private Optional<ReplyCode> refusal = Optional.empty();
            private int replies;

            private boolean negotiates() {
                return selected && (negotiation.turn() == Turn.SEND || negotiation.turn() == Turn.RECEIVE);
            }

            @Override
            public Turn turn() {
                return handshake.turn();
            }

            @Override
            public ByteBuffer say() throws Socks5Exception {
                if (!selected) {
                    selected = true;
                    return handshake.select(negotiation);
                }
                if (negotiates()) {
                    return negotiation.send();
                }
                return handshake.send(refusal.map(Reply::failure).orElseGet(() -> Talk.reply(replies++)));
            }

            @Override
            public boolean hear(ByteBuffer in) throws Socks5Exception {
                try {
                    return negotiates()
                            ? negotiation.receive(in)
                            : handshake.receive(in).isPresent();
                } catch (MalformedMessageException e) {
                    refusal = Optional.of(e.replyCode());
                    throw e;
                }
            }

            @Override
            public int missing(ByteBuffer in) {
                // A greeting and a request are decoded by whoever may read on.
                return negotiates() ? negotiation.missing(in) : UNKNOWN;
            }
        };
    }

    /** A side that cannot say how much is missing. */
    int UNKNOWN = -1;

    /**
     * Lets the peer's words arrive in pieces; gives all that this side says, how it ends, and what it has not taken.
     */
    static String drive(Side side, List<Word> words, String tunnel, long cuts) throws Socks5Exception {
        Stream stream = new Stream(words, tunnel, cuts);
        StringBuilder said = new StringBuilder();
        try {
            while (side.turn() == Turn.SEND || side.turn() == Turn.RECEIVE) {
                if (side.turn() == Turn.SEND) {
                    said.append(Buffers.hex(side.say()));
                } else if (!stream.isHeardBy(side)) {
                    stream.deliver();
                }
            }
            return said + " " + side.turn() + " " + stream.left();
        } catch (Socks5Exception e) {
            String lastWord = side.turn() == Turn.SEND ? Buffers.hex(side.say()) : "";
            return said + lastWord + " " + side.turn() + " " + e.getClass().getSimpleName();
        }
    }

    /** What one side hears. */
    final class Stream {
        private final byte[] bytes;
        private final BitSet ends = new BitSet(); // of words
        private final long cuts;
        private final ByteBuffer in;

        Stream(List<Word> words, String tunnel, long cuts) {
            StringBuilder hex = new StringBuilder();
            for (Word word : words) {
                hex.append(word.hex().replace(" ", ""));
                ends.set(hex.length() / 2);
            }
            this.bytes = Buffers.octets(hex + tunnel);
            this.cuts = cuts;
            this.in = ByteBuffer.wrap(bytes).limit(0);
        }

        private boolean isHeardBy(Side side) throws Socks5Exception {
            int start = in.position();
            int missing = side.missing(in);
            boolean heard = side.hear(in);
            boolean inOrder = heard
                    ? ends.get(in.position()) && missing <= 0
                    : in.position() == start
                            && (missing == UNKNOWN
                                    || (missing > 0 && in.limit() + missing <= ends.nextSetBit(start + 1)));
            if (!inOrder) {
                throw new AssertionError("cuts %x, at %d of %d: %s to %d, %d missing"
                        .formatted(cuts, start, in.limit(), heard ? "taken" : "waits", in.position(), missing));
            }
            return heard;
        }

        private void deliver() {
            if (in.limit() == bytes.length) {
                throw new AssertionError("all has come, and it still waits");
            }
            in.limit(Splits.end(cuts, in.limit()));
        }

        private String left() {
            return HexFormat.of().formatHex(bytes, in.position(), bytes.length).toUpperCase(Locale.ROOT);
        }
    }
}
