package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Guesses what a peer speaks that does not begin with version 5, so that a failure can say what is wrong. */
final class OtherProtocol {

    /** The first bytes of the methods of HTTP and of its responses. */
    private static final Set<String> HTTP = Set.of("HT", "GE", "HE", "PO", "PU", "PA", "DE", "CO", "OP", "TR", "PR");

    private static final String SSH = "SS";
    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int TLS_MAJOR_VERSION = 0x03;
    private static final int SOCKS4_REQUEST = 0x04;
    private static final int SOCKS4_REPLY = 0x00;
    private static final int SOCKS4_GRANTED = 0x5A;
    private static final int SOCKS4_LAST_REFUSAL = 0x5D;

    private OtherProtocol() {}

    /**
     * Completes a message about the first bytes of a connection.
     *
     * @param first the first byte
     * @param behind those that have come behind it, of which one is looked at; left as it is
     * @return what to say behind it; empty for what looks like nothing known
     */
    static String hint(int first, ByteBuffer behind) {
        String protocol = behind.hasRemaining() ? of(first, behind.get(behind.position()) & 0xFF) : of(first);
        return protocol.isEmpty() ? "" : ", which looks like " + protocol;
    }

    private static String of(int first) {
        return switch (first) {
            case 'H' -> "HTTP";
            case 'S' -> "SSH";
            case TLS_ALERT, TLS_HANDSHAKE -> "TLS";
            case SOCKS4_REQUEST, SOCKS4_REPLY -> "SOCKS4";
            default -> "";
        };
    }

    private static String of(int first, int second) {
        String text = new String(new byte[] {(byte) first, (byte) second}, StandardCharsets.ISO_8859_1);
        if (HTTP.contains(text)) {
            return "HTTP";
        }
        if (text.equals(SSH)) {
            return "SSH";
        }
        if ((first == TLS_ALERT || first == TLS_HANDSHAKE) && second == TLS_MAJOR_VERSION) {
            return "TLS";
        }
        boolean reply = first == SOCKS4_REPLY && second >= SOCKS4_GRANTED && second <= SOCKS4_LAST_REFUSAL;
        return reply || first == SOCKS4_REQUEST ? "SOCKS4" : "";
    }
}
