package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A server's answer to a request (RFC 1928 section 6).
 *
 * <pre>
 * +-----+-----+-------+------+----------+----------+
 * | VER | REP |  RSV  | ATYP | BND.ADDR | BND.PORT |
 * +-----+-----+-------+------+----------+----------+
 * |  1  |  1  | X'00' |  1   | Variable |    2     |
 * +-----+-----+-------+------+----------+----------+
 * </pre>
 *
 * @param code anything but {@link ReplyCode#SUCCEEDED} is a failure
 * @param bound BND.ADDR and BND.PORT: what they mean depends on the command
 */
public record Reply(ReplyCode code, Endpoint bound) implements ServerMessage {

    /** VER and REP: all that some servers send of a failure before they close. */
    private static final int VERDICT_LENGTH = 2;

    private static final int FIXED_LENGTH = 3;

    /** The length of the longest reply in bytes: one with a name of 255 bytes. No request is longer. */
    public static final int MAX_LENGTH = FIXED_LENGTH + Endpoint.MAX_LENGTH;

    /**
     * A success.
     *
     * @param bound BND.ADDR and BND.PORT
     * @return the reply
     */
    public static Reply success(Endpoint bound) {
        return new Reply(ReplyCode.SUCCEEDED, bound);
    }

    /**
     * A failure, with 0.0.0.0 and port 0 for the address.
     *
     * @param code why
     * @return the reply, ten bytes on the wire
     * @throws IllegalArgumentException if the code means success
     */
    public static Reply failure(ReplyCode code) {
        if (code.equals(ReplyCode.SUCCEEDED)) {
            throw new IllegalArgumentException("not a failure: " + code);
        }
        return new Reply(code, Endpoint.UNSPECIFIED);
    }

    /**
     * Whether the request was granted.
     *
     * @return true if the code is {@link ReplyCode#SUCCEEDED}
     */
    public boolean succeeded() {
        return code.equals(ReplyCode.SUCCEEDED);
    }

    /**
     * Decodes a reply, by the contract of this package. An unknown code decodes. Some servers have nothing to say for
     * BND.ADDR and write a name of no bytes; that is read as 0.0.0.0.
     *
     * @param in the bytes received
     * @return the reply, or empty if it is incomplete
     * @throws MalformedMessageException if the version is not 5, or the address type unknown
     */
    public static Optional<Reply> decode(ByteBuffer in) throws MalformedMessageException {
        return Wire.decode(in, Reply::read);
    }

    private static Reply read(ByteBuffer in) throws MalformedMessageException {
        Wire.version(in, "reply");
        ReplyCode code = ReplyCode.of(Wire.octet(in));
        Wire.octet(in); // RSV is ignored: rejecting it buys nothing.
        return new Reply(code, Endpoint.readOrUnspecified(in));
    }

    /** The failure at the head of a reply that will never be complete, if there is one. */
    static Optional<Reply> truncatedFailure(ByteBuffer in) {
        int start = in.position();
        if (in.remaining() < VERDICT_LENGTH || in.get(start) != Wire.VERSION) {
            return Optional.empty();
        }
        Reply reply = new Reply(ReplyCode.of(in.get(start + 1) & 0xFF), Endpoint.UNSPECIFIED);
        return Optional.of(reply).filter(r -> !r.succeeded());
    }

    /** Tells how long the reply is that starts with these bytes or, as long as that is open, how many bytes tell it. */
    static int shortestLength(ByteBuffer in) {
        int typeAt = in.position() + FIXED_LENGTH;
        if (in.limit() < typeAt + 2) {
            return FIXED_LENGTH + 2;
        }
        return FIXED_LENGTH + Endpoint.encodedLength(in.get(typeAt), in.get(typeAt + 1) & 0xFF);
    }

    @Override
    public int encodedLength() {
        return FIXED_LENGTH + bound.encodedLength();
    }

    @Override
    public void encode(ByteBuffer out) {
        Wire.reserve(out, encodedLength());
        out.put((byte) Wire.VERSION).put((byte) code.code()).put((byte) Wire.RESERVED);
        bound.write(out);
    }
}
