package dev.socks5.codec;

import java.util.Arrays;

/**
 * An authentication method (RFC 1928 section 3): one byte, open to every value, because an unknown one does not change
 * how the message around it is read. The constants are those that IANA has assigned.
 *
 * @param code the byte, 0x00 to 0xFF
 */
public record AuthMethod(int code) {

    private static final AuthMethod[] ALL = new AuthMethod[Wire.MAX_OCTET + 1];

    static {
        Arrays.setAll(ALL, AuthMethod::new);
    }

    /** No authentication required. */
    public static final AuthMethod NO_AUTHENTICATION = of(0x00);

    /** GSSAPI (RFC 1961). */
    public static final AuthMethod GSSAPI = of(0x01);

    /** Username/password (RFC 1929). */
    public static final AuthMethod USERNAME_PASSWORD = of(0x02);

    /** Challenge-Handshake Authentication Protocol. */
    public static final AuthMethod CHAP = of(0x03);

    /** Challenge-Response Authentication Method. */
    public static final AuthMethod CRAM = of(0x05);

    /** Secure Sockets Layer. */
    public static final AuthMethod SSL = of(0x06);

    /** NDS Authentication. */
    public static final AuthMethod NDS = of(0x07);

    /** Multi-Authentication Framework. */
    public static final AuthMethod MULTI_AUTHENTICATION_FRAMEWORK = of(0x08);

    /** JSON Parameter Block. */
    public static final AuthMethod JSON_PARAMETER_BLOCK = of(0x09);

    /** A server's answer that none of the offered methods will do. */
    public static final AuthMethod NO_ACCEPTABLE = of(0xFF);

    /**
     * Checks the range.
     *
     * @param code the byte, 0x00 to 0xFF
     * @throws IllegalArgumentException if it is out of range
     */
    public AuthMethod {
        Wire.requireOctet(code, "a method");
    }

    /**
     * The method with a code.
     *
     * @param code the byte, 0x00 to 0xFF
     * @return a shared instance
     * @throws IllegalArgumentException if the code is out of range
     */
    public static AuthMethod of(int code) {
        Wire.requireOctet(code, "a method");
        return ALL[code];
    }

    /** The name and the code in hexadecimal, such as {@code username/password (0x02)}. */
    @Override
    public String toString() {
        return String.format("%s (0x%02X)", name(), code);
    }

    private String name() {
        return switch (code) {
            case 0x00 -> "no authentication";
            case 0x01 -> "GSSAPI";
            case 0x02 -> "username/password";
            case 0x03 -> "CHAP";
            case 0x05 -> "CRAM";
            case 0x06 -> "SSL";
            case 0x07 -> "NDS";
            case 0x08 -> "multi-authentication framework";
            case 0x09 -> "JSON parameter block";
            case 0xFF -> "no acceptable method";
            default -> "method";
        };
    }

    // Written out: a record's own methods are linked at their first call, which takes longer than a handshake.

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthMethod that && code == that.code;
    }

    @Override
    public int hashCode() {
        return code;
    }
}
