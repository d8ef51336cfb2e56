package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The server's answer to a {@link PasswordRequest} (RFC 1929 section 2).
 *
 * <pre>
 * +-----+--------+
 * | VER | STATUS |
 * +-----+--------+
 * |  1  |   1    |
 * +-----+--------+
 * </pre>
 *
 * <p>VER is written as 1. Some servers answer with SOCKS's own 5, so that is read as well.
 *
 * @param status 0 is success, any other byte is failure
 */
public record PasswordResponse(int status) implements ServerMessage {

    /** The login is good. */
    public static final PasswordResponse SUCCESS = new PasswordResponse(0x00);

    /** The login is not good. */
    public static final PasswordResponse FAILURE = new PasswordResponse(0x01);

    static final int LENGTH = 2;

    /**
     * Checks the range.
     *
     * @param status 0x00 to 0xFF
     * @throws IllegalArgumentException if it is out of range
     */
    public PasswordResponse {
        Wire.requireOctet(status, "a status");
    }

    /**
     * Whether the login was good.
     *
     * @return true if the status is 0
     */
    public boolean succeeded() {
        return status == 0x00;
    }

    /**
     * Decodes a login's answer, by the contract of this package.
     *
     * @param in the bytes received
     * @return the answer, or empty if it is incomplete
     * @throws MalformedMessageException if the version is neither 1 nor 5
     */
    public static Optional<PasswordResponse> decode(ByteBuffer in) throws MalformedMessageException {
        return Wire.decode(in, PasswordResponse::read);
    }

    private static PasswordResponse read(ByteBuffer in) throws MalformedMessageException {
        int version = Wire.octet(in);
        if (version != PasswordRequest.VERSION && version != Wire.VERSION) {
            throw new MalformedMessageException(
                    String.format("login's answer: version 0x%02X instead of 0x01", version));
        }
        return new PasswordResponse(Wire.octet(in));
    }

    @Override
    public int encodedLength() {
        return LENGTH;
    }

    @Override
    public void encode(ByteBuffer out) {
        Wire.reserve(out, LENGTH);
        out.put((byte) PasswordRequest.VERSION).put((byte) status);
    }
}
