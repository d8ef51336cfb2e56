package dev.socks5.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The input of a target: some bytes for choices, and behind them what is to be read. */
final class Input {

    private final byte[] choices;
    private final byte[] bytes;

    private Input(byte[] choices, byte[] bytes) {
        this.choices = choices;
        this.bytes = bytes;
    }

    /** Takes bytes for choices; zeros if there are too few. */
    static Input of(byte[] data, int choices) {
        byte[] rest = data.length <= choices ? new byte[0] : Arrays.copyOfRange(data, choices, data.length);
        return new Input(Arrays.copyOf(data, choices), rest);
    }

    int choice(int index) {
        return choices[index] & 0xFF;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Text in UTF-8; behind FE FF, two bytes for each character, so that half a surrogate pair can be among them. */
    String text() {
        boolean wide = bytes.length >= 2 && bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF;
        return wide
                ? ByteBuffer.wrap(bytes, 2, bytes.length - 2).asCharBuffer().toString()
                : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The bytes as they arrive. */
    Arriving arriving(Pieces pieces) {
        return new Arriving(ByteBuffer.wrap(bytes).limit(0), pieces, bytes.length);
    }

    /** Says how many bytes come next. */
    interface Pieces {
        int next(int arrived);

        /** All at once. */
        Pieces WHOLE = arrived -> Integer.MAX_VALUE;

        /** Of one to eight bytes, by the bits of a number. */
        static Pieces of(int choice) {
            return arrived -> 1 + (((choice * 31 + arrived) * 0x9E3779B1) >>> 29);
        }
    }

    /** A stream of which more and more has come. */
    record Arriving(ByteBuffer in, Pieces pieces, int length) {

        /** Lets the next piece arrive; false at the end. */
        boolean more() {
            if (in.limit() == length) {
                return false;
            }
            in.limit((int) Math.min((long) in.limit() + pieces.next(in.limit()), length));
            return true;
        }
    }
}
