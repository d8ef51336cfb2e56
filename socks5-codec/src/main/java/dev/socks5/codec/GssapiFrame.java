package dev.socks5.codec;

import java.nio.ByteBuffer;

/** The frame that all messages of RFC 1961 have on the wire. */
final class GssapiFrame {

    static final int AUTHENTICATION = 0x01;
    static final int LEVEL = 0x02;
    static final int ENCAPSULATED = 0x03;
    static final int ABORT = 0xFF;

    /** VER and MTYP. */
    static final int ABORT_LENGTH = 2;

    /** VER, MTYP and LEN. */
    static final int HEADER_LENGTH = 4;

    /** The version of the method, not of SOCKS. */
    private static final int VERSION = 0x01;

    private GssapiFrame() {}

    static GssapiMessage read(ByteBuffer in) throws MalformedMessageException {
        int version = Wire.octet(in);
        if (version != VERSION) {
            throw new MalformedMessageException(String.format("GSSAPI: version 0x%02X instead of 0x01", version));
        }
        int type = Wire.octet(in);
        return switch (type) {
            case AUTHENTICATION -> new GssapiMessage.Authentication(token(in));
            case LEVEL -> new GssapiMessage.LevelNegotiation(token(in));
            case ENCAPSULATED -> new GssapiMessage.Encapsulated(token(in));
            case ABORT -> new GssapiMessage.Abort();
            default -> throw new MalformedMessageException(String.format("GSSAPI: unknown message type 0x%02X", type));
        };
    }

    private static GssapiToken token(ByteBuffer in) {
        return GssapiToken.owning(Wire.octets(in, Wire.bits16(in)));
    }

    private static boolean hasToken(int type) {
        return type == AUTHENTICATION || type == LEVEL || type == ENCAPSULATED;
    }

    static void put(ByteBuffer out, int type, GssapiToken token) {
        Wire.reserve(out, HEADER_LENGTH + token.length());
        out.put((byte) VERSION).put((byte) type);
        Wire.putBits16(out, token.length());
        out.put(token.uncopied());
    }

    static void putAbort(ByteBuffer out) {
        Wire.reserve(out, ABORT_LENGTH);
        out.put((byte) VERSION).put((byte) ABORT);
    }

    /**
     * Tells how long the message is that starts with these bytes or, as long as that is open, how many bytes tell it.
     * It takes one or two bytes to tell that it is none.
     */
    static int shortestLength(ByteBuffer in) {
        int start = in.position();
        if (in.hasRemaining() && in.get(start) != VERSION) {
            return 1;
        }
        if (in.remaining() < ABORT_LENGTH || !hasToken(in.get(start + 1) & 0xFF)) {
            return ABORT_LENGTH;
        }
        if (in.remaining() < HEADER_LENGTH) {
            return HEADER_LENGTH;
        }
        int length = ((in.get(start + 2) & 0xFF) << 8) | (in.get(start + 3) & 0xFF);
        return HEADER_LENGTH + length;
    }
}
