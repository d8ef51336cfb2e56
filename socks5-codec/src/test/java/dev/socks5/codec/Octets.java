package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/** Values of a byte, to be crossed with those of another one. */
final class Octets {

    private static final int[] ALL = IntStream.rangeClosed(0x00, 0xFF).toArray();
    private static final int[] FEW = {0x00, 0x01, 0x02, 0x05, 0x80, 0xFE, 0xFF};

    private Octets() {}

    static int[] all() {
        return ALL;
    }

    /** All of them where they matter, and seven behind what is wrong before them. */
    static int[] allIf(boolean matter) {
        return matter ? ALL : FEW;
    }

    static ByteBuffer buffer(int... octets) {
        ByteBuffer buffer = ByteBuffer.allocate(octets.length);
        for (int octet : octets) {
            buffer.put((byte) octet);
        }
        return buffer.flip();
    }
}
