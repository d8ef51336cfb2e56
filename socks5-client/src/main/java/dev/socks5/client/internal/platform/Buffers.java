package dev.socks5.client.internal.platform;

import java.nio.Buffer;
import java.nio.ByteBuffer;

/** Does what {@code ByteBuffer} does by itself since Java 9: Android 8 has these methods in {@code Buffer} alone. */
public final class Buffers {

    private Buffers() {}

    public static ByteBuffer flip(ByteBuffer buffer) {
        ((Buffer) buffer).flip();
        return buffer;
    }

    public static ByteBuffer limit(ByteBuffer buffer, int limit) {
        ((Buffer) buffer).limit(limit);
        return buffer;
    }

    /** Moves the position on. */
    public static void skip(ByteBuffer buffer, int count) {
        ((Buffer) buffer).position(buffer.position() + count);
    }
}
