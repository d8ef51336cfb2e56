package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A login by user name and password (RFC 1929 section 2).
 *
 * <pre>
 * +-----+------+----------+------+----------+
 * | VER | ULEN |  UNAME   | PLEN |  PASSWD  |
 * +-----+------+----------+------+----------+
 * |  1  |  1   | 1 to 255 |  1   | 1 to 255 |
 * +-----+------+----------+------+----------+
 * </pre>
 *
 * <p>The RFC names no character set, so both fields are bytes here: each character stands for one byte, U+0000 to
 * U+00FF. {@link #of(String, String)} encodes text as UTF-8. Empty fields decode; whether they are good enough is for
 * the one who checks them to say.
 *
 * @param username 0 to 255 bytes
 * @param password 0 to 255 bytes
 */
public record PasswordRequest(String username, String password) implements ClientMessage {

    /** The version of the sub-negotiation, not of SOCKS. */
    static final int VERSION = 0x01;

    /**
     * Checks the lengths and the characters.
     *
     * @param username 0 to 255 bytes
     * @param password 0 to 255 bytes
     * @throws IllegalArgumentException if either is too long, or has a character that is no byte
     */
    public PasswordRequest {
        Wire.requireOctets(username, "a user name");
        Wire.requireOctets(password, "a password");
    }

    /**
     * A login with text encoded as UTF-8.
     *
     * @param username text of at most 255 bytes in UTF-8
     * @param password text of at most 255 bytes in UTF-8
     * @return the login
     * @throws IllegalArgumentException if either is too long, or has half a surrogate pair
     */
    public static PasswordRequest of(String username, String password) {
        return new PasswordRequest(asOctets(username), asOctets(password));
    }

    /** Encodes text as UTF-8; each character of the result is one byte. */
    static String asOctets(String text) {
        try {
            ByteBuffer octets = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return StandardCharsets.ISO_8859_1.decode(octets).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("half a surrogate pair has no encoding in UTF-8", e);
        }
    }

    /**
     * The user name as text.
     *
     * @param charset how the client is taken to have encoded it
     * @return the text; bytes that the character set does not know become its replacement character
     */
    public String username(Charset charset) {
        return new String(username.getBytes(StandardCharsets.ISO_8859_1), charset);
    }

    /**
     * The password as text.
     *
     * @param charset how the client is taken to have encoded it
     * @return the text; bytes that the character set does not know become its replacement character
     */
    public String password(Charset charset) {
        return new String(password.getBytes(StandardCharsets.ISO_8859_1), charset);
    }

    /**
     * Decodes a login, by the contract of this package.
     *
     * @param in the bytes received
     * @return the login, or empty if it is incomplete
     * @throws MalformedMessageException if the version is not 1
     */
    public static Optional<PasswordRequest> decode(ByteBuffer in) throws MalformedMessageException {
        return Wire.decode(in, PasswordRequest::read);
    }

    private static PasswordRequest read(ByteBuffer in) throws MalformedMessageException {
        int version = Wire.octet(in);
        if (version != VERSION) {
            throw new MalformedMessageException(String.format("login: version 0x%02X instead of 0x01", version));
        }
        return new PasswordRequest(Wire.octets(in), Wire.octets(in));
    }

    /**
     * Tells how long the login is that starts with these bytes or, as long as that is open, how many bytes tell it. One
     * byte tells that it is none.
     */
    static int shortestLength(ByteBuffer in) {
        int start = in.position();
        if (in.remaining() < 2 || in.get(start) != VERSION) {
            return in.hasRemaining() && in.get(start) != VERSION ? 1 : 2;
        }
        int untilPassword = 3 + (in.get(start + 1) & 0xFF);
        return in.remaining() < untilPassword
                ? untilPassword
                : untilPassword + (in.get(start + untilPassword - 1) & 0xFF);
    }

    @Override
    public int encodedLength() {
        return 3 + username.length() + password.length();
    }

    @Override
    public void encode(ByteBuffer out) {
        Wire.reserve(out, encodedLength());
        out.put((byte) VERSION);
        Wire.putOctets(out, username);
        Wire.putOctets(out, password);
    }

    /** Shows neither of the two: people type passwords into the field for names. */
    @Override
    public String toString() {
        return "PasswordRequest[hidden]";
    }
}
