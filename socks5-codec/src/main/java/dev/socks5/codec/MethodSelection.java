package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The server's answer to a {@link Greeting}: the method it selects (RFC 1928 section 3).
 *
 * <pre>
 * +-----+--------+
 * | VER | METHOD |
 * +-----+--------+
 * |  1  |   1    |
 * +-----+--------+
 * </pre>
 *
 * @param method one of the methods offered, or {@link AuthMethod#NO_ACCEPTABLE}
 */
public record MethodSelection(AuthMethod method) implements ServerMessage {

    static final int LENGTH = 2;

    /**
     * Decodes a method selection, by the contract of this package.
     *
     * @param in the bytes received
     * @return the selection, or empty if it is incomplete
     * @throws MalformedMessageException if the version is not 5
     */
    public static Optional<MethodSelection> decode(ByteBuffer in) throws MalformedMessageException {
        return Wire.decode(in, MethodSelection::read);
    }

    private static MethodSelection read(ByteBuffer in) throws MalformedMessageException {
        Wire.firstVersion(in, "method selection");
        return new MethodSelection(AuthMethod.of(Wire.octet(in)));
    }

    @Override
    public int encodedLength() {
        return LENGTH;
    }

    @Override
    public void encode(ByteBuffer out) {
        Wire.reserve(out, LENGTH);
        out.put((byte) Wire.VERSION).put((byte) method.code());
    }
}
