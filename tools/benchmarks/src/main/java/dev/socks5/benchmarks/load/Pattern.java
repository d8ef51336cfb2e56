package dev.socks5.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * The octets that travel through every tunnel: at each place of the stream it is known which one has to stand there.
 * The period is a prime, so that no buffer's worth can be lost, doubled or put elsewhere without a trace.
 */
public final class Pattern {

    private static final int PERIOD = 65_521;
    private static final int CHECK_EVERY = 4096;
    private static final ByteBuffer OCTETS = octets();

    private Pattern() {}

    private static ByteBuffer octets() {
        byte[] period = new byte[PERIOD];
        new Random(1928).nextBytes(period);
        ByteBuffer octets = ByteBuffer.allocateDirect(PERIOD + Loop.BUFFER_SIZE);
        for (int i = 0; octets.hasRemaining(); i++) {
            octets.put(period[i % PERIOD]);
        }
        return octets.clear();
    }

    /**
     * A buffer for {@link #aim(ByteBuffer, long, int)}.
     *
     * @return a new view of the octets
     */
    public static ByteBuffer view() {
        return OCTETS.asReadOnlyBuffer();
    }

    /**
     * Makes a view show what stands at some place of the stream.
     *
     * @param view from {@link #view()}
     * @param offset where in the stream
     * @param length how many octets, at most {@link Loop#BUFFER_SIZE}
     * @return the view
     */
    public static ByteBuffer aim(ByteBuffer view, long offset, int length) {
        int start = (int) (offset % PERIOD);
        return view.clear().position(start).limit(start + length);
    }

    /**
     * Checks eight octets of every 4,096, the first ones and the last ones included; of fewer than eight, each.
     *
     * @param in what was received; left as it is
     * @param offset where in the stream it has to stand
     * @throws IOException if something else stands there
     */
    public static void check(ByteBuffer in, long offset) throws IOException {
        int start = (int) (offset % PERIOD);
        int length = in.remaining();
        if (length < Long.BYTES) {
            checkEach(in, start);
            return;
        }
        int last = length - Long.BYTES;
        boolean same = in.getLong(in.position() + last) == OCTETS.getLong(start + last);
        for (int i = 0; i < last && same; i += CHECK_EVERY) {
            same = in.getLong(in.position() + i) == OCTETS.getLong(start + i);
        }
        require(same);
    }

    private static void checkEach(ByteBuffer in, int start) throws IOException {
        for (int i = 0; i < in.remaining(); i++) {
            require(in.get(in.position() + i) == OCTETS.get(start + i));
        }
    }

    private static void require(boolean same) throws IOException {
        if (!same) {
            throw new IOException("the tunnel delivered other octets than were sent");
        }
    }
}
