package dev.socks5.simulation;

import dev.socks5.simulation.network.Chance;
import java.nio.ByteBuffer;

/**
 * What flows through one direction of one visit's tunnel. No two look alike, so that no byte can get lost or astray.
 */
final class Content {

    private static final int SIZE = 1 << 16;
    private static final byte[] NOISE = new Chance(42).bytes(SIZE);

    private final int start;

    private Content(int start) {
        this.start = start;
    }

    static Content up(int visit) {
        return new Content(visit * 7919);
    }

    static Content down(int visit) {
        return new Content(visit * 7919 + 4001);
    }

    byte at(long position) {
        return NOISE[(int) (start + position) & (SIZE - 1)];
    }

    byte[] bytes(long from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = at(from + i);
        }
        return bytes;
    }

    /** Takes what is received; returns the position of the first byte that is not what was sent, -1 if all is well. */
    int firstWrong(long from, ByteBuffer received) {
        for (int i = received.position(); i < received.limit(); i++) {
            if (received.get(i) != at(from + i - received.position())) {
                return i - received.position();
            }
        }
        return -1;
    }
}
