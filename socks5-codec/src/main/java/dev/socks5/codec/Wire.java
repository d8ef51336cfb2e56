package dev.socks5.codec;

import java.nio.Buffer;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Bytes in and out of a buffer, and the one place that turns "not all there yet" into an empty result. */
final class Wire {

    static final int VERSION = 0x05;
    static final int RESERVED = 0x00;
    static final int MAX_OCTET = 0xFF;

    private Wire() {}

    /** Reads one message from the front of a buffer, in field order, as if every byte were there. */
    @FunctionalInterface
    interface Layout<T> {
        T read(ByteBuffer in) throws MalformedMessageException;
    }

    /** Encodes several messages into one buffer. */
    static ByteBuffer encode(Collection<? extends Message> messages) {
        ByteBuffer out = ByteBuffer.allocate(
                messages.stream().mapToInt(Message::encodedLength).sum());
        messages.forEach(message -> message.encode(out));
        return flip(out);
    }

    /** Makes one heap buffer of several buffers. */
    static ByteBuffer joined(List<ByteBuffer> parts) {
        if (parts.size() == 1 && parts.get(0).hasArray()) {
            return parts.get(0);
        }
        ByteBuffer all = ByteBuffer.allocate(
                parts.stream().mapToInt(ByteBuffer::remaining).sum());
        parts.forEach(all::put);
        return flip(all);
    }

    static <T> Optional<T> decode(ByteBuffer in, Layout<T> layout) throws MalformedMessageException {
        int start = in.position();
        boolean complete = false;
        try {
            T message = layout.read(in);
            complete = true;
            return Optional.of(message);
        } catch (Incomplete e) {
            return Optional.empty();
        } finally {
            if (!complete) {
                position(in, start);
            }
        }
    }

    /** As {@code ByteBuffer}'s own method of Java 9, which Android 8 lacks: it has only that of {@code Buffer}. */
    static ByteBuffer flip(ByteBuffer buffer) {
        ((Buffer) buffer).flip();
        return buffer;
    }

    /** See {@link #flip}. */
    static ByteBuffer limit(ByteBuffer buffer, int limit) {
        ((Buffer) buffer).limit(limit);
        return buffer;
    }

    /** See {@link #flip}. */
    static void position(ByteBuffer buffer, int position) {
        ((Buffer) buffer).position(position);
    }

    static int octet(ByteBuffer in) {
        require(in, 1);
        return in.get() & 0xFF;
    }

    /** Reads byte by byte, and so in network byte order, whatever the buffer's. */
    static int bits16(ByteBuffer in) {
        return (octet(in) << 8) | octet(in);
    }

    static int bits32(ByteBuffer in) {
        require(in, Integer.BYTES);
        int bits = in.getInt();
        return in.order() == ByteOrder.BIG_ENDIAN ? bits : Integer.reverseBytes(bits);
    }

    static long bits64(ByteBuffer in) {
        require(in, Long.BYTES);
        long bits = in.getLong();
        return in.order() == ByteOrder.BIG_ENDIAN ? bits : Long.reverseBytes(bits);
    }

    /** Reads a one-byte length and that many bytes, each as the character of the same number. */
    static String octets(ByteBuffer in) {
        int length = octet(in);
        require(in, length);
        int start = in.position();
        position(in, start + length);
        if (in.hasArray()) {
            return new String(in.array(), in.arrayOffset() + start, length, StandardCharsets.ISO_8859_1);
        }
        byte[] octets = new byte[length];
        ByteBuffer copy = in.duplicate();
        position(copy, start);
        copy.get(octets);
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    static byte[] octets(ByteBuffer in, int length) {
        require(in, length);
        byte[] octets = new byte[length];
        in.get(octets);
        return octets;
    }

    static void version(ByteBuffer in, String message) throws MalformedMessageException {
        int version = octet(in);
        if (version != VERSION) {
            throw wrongVersion(message, version, "");
        }
    }

    /** The same of the first message of a connection, where a peer may speak something else altogether. */
    static void firstVersion(ByteBuffer in, String message) throws MalformedMessageException {
        int version = octet(in);
        if (version != VERSION) {
            throw wrongVersion(message, version, OtherProtocol.hint(version, in));
        }
    }

    private static MalformedMessageException wrongVersion(String message, int version, String hint) {
        return new MalformedMessageException(
                String.format("%s: version 0x%02X instead of 0x05%s", message, version, hint));
    }

    /** Refuses a buffer that the whole message does not fit in, before anything is written. */
    static void reserve(ByteBuffer out, int length) {
        if (out.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        if (out.remaining() < length) {
            throw new BufferOverflowException();
        }
    }

    static void putBits16(ByteBuffer out, int bits) {
        out.put((byte) (bits >>> 8)).put((byte) bits);
    }

    static void putBits32(ByteBuffer out, int bits) {
        putBits16(out, bits >>> 16);
        putBits16(out, bits);
    }

    static void putBits64(ByteBuffer out, long bits) {
        putBits32(out, (int) (bits >>> 32));
        putBits32(out, (int) bits);
    }

    static void putOctets(ByteBuffer out, String octets) {
        out.put((byte) octets.length()).put(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Checks a value that has one byte on the wire. */
    static void requireOctet(int value, String what) {
        if (value < 0 || value > MAX_OCTET) {
            throw new IllegalArgumentException(what + " is one octet, 0 to 255: " + value);
        }
    }

    /** Checks that text has at most 255 characters and that each of them stands for one byte. */
    static void requireOctets(String octets, String what) {
        if (octets.length() > MAX_OCTET) {
            throw new IllegalArgumentException(what + " has at most 255 octets, not " + octets.length());
        }
        for (int i = 0; i < octets.length(); i++) { // A stream nearly doubles the time of decoding.
            if (octets.charAt(i) > MAX_OCTET) {
                throw new IllegalArgumentException(what + " has a character above U+00FF, which is no octet");
            }
        }
    }

    private static void require(ByteBuffer in, int length) {
        if (in.remaining() < length) {
            throw new Incomplete();
        }
    }

    /** Control flow, not an error: cheap to make, for it has no stack trace. */
    private static final class Incomplete extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Incomplete() {
            super("incomplete", null, false, false);
        }
    }
}
