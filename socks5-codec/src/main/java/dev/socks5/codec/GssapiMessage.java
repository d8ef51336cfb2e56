package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A message of the method GSSAPI (RFC 1961), from either side.
 *
 * <pre>
 * +-----+------+-----+------------+
 * | VER | MTYP | LEN |   TOKEN    |
 * +-----+------+-----+------------+
 * |  1  |  1   |  2  | 0 to 65535 |
 * +-----+------+-----+------------+
 * </pre>
 *
 * <p>An {@link Abort} has VER and MTYP alone.
 */
public sealed interface GssapiMessage extends ClientMessage, ServerMessage {

    /**
     * A token that helps to establish the security context: MTYP 1 (sections 3.4 to 3.7).
     *
     * @param token what the mechanism has to say
     */
    record Authentication(GssapiToken token) implements GssapiMessage {

        @Override
        public int encodedLength() {
            return GssapiFrame.HEADER_LENGTH + token.length();
        }

        @Override
        public void encode(ByteBuffer out) {
            GssapiFrame.put(out, GssapiFrame.AUTHENTICATION, token);
        }
    }

    /**
     * The protection level that is asked for, or agreed to, wrapped or as it is: MTYP 2 (section 4.3).
     *
     * @param token what the mechanism has wrapped, or the byte itself
     */
    record LevelNegotiation(GssapiToken token) implements GssapiMessage {

        @Override
        public int encodedLength() {
            return GssapiFrame.HEADER_LENGTH + token.length();
        }

        @Override
        public void encode(ByteBuffer out) {
            GssapiFrame.put(out, GssapiFrame.LEVEL, token);
        }
    }

    /**
     * Wrapped bytes of the request, the reply or the tunnel: MTYP 3 (section 5).
     *
     * @param token what the mechanism has wrapped
     */
    record Encapsulated(GssapiToken token) implements GssapiMessage {

        @Override
        public int encodedLength() {
            return GssapiFrame.HEADER_LENGTH + token.length();
        }

        @Override
        public void encode(ByteBuffer out) {
            GssapiFrame.put(out, GssapiFrame.ENCAPSULATED, token);
        }
    }

    /** The server refuses, for whatever reason: MTYP 0xFF (section 3.8). */
    record Abort() implements GssapiMessage {

        @Override
        public int encodedLength() {
            return GssapiFrame.ABORT_LENGTH;
        }

        @Override
        public void encode(ByteBuffer out) {
            GssapiFrame.putAbort(out);
        }
    }

    /**
     * Decodes a message, by the contract of this package.
     *
     * @param in the bytes received
     * @return the message, or empty if it is incomplete
     * @throws MalformedMessageException if the version is not 1, or the message type unknown
     */
    static Optional<GssapiMessage> decode(ByteBuffer in) throws MalformedMessageException {
        return Wire.decode(in, GssapiFrame::read);
    }
}
