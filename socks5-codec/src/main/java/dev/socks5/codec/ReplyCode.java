package dev.socks5.codec;

import java.util.Arrays;

/**
 * The outcome of a request (RFC 1928 section 6): one byte, open to every value; anything but {@link #SUCCEEDED} is a
 * failure. The constants are those of the RFC and those that Tor adds for onion services.
 *
 * @param code the byte, 0x00 to 0xFF
 */
public record ReplyCode(int code) {

    private static final ReplyCode[] ALL = new ReplyCode[Wire.MAX_OCTET + 1];

    static {
        Arrays.setAll(ALL, ReplyCode::new);
    }

    /** Succeeded. */
    public static final ReplyCode SUCCEEDED = of(0x00);

    /** General SOCKS server failure. */
    public static final ReplyCode GENERAL_FAILURE = of(0x01);

    /** Connection not allowed by the server's rules. */
    public static final ReplyCode NOT_ALLOWED = of(0x02);

    /** Network unreachable. */
    public static final ReplyCode NETWORK_UNREACHABLE = of(0x03);

    /** Host unreachable. */
    public static final ReplyCode HOST_UNREACHABLE = of(0x04);

    /** Connection refused. */
    public static final ReplyCode CONNECTION_REFUSED = of(0x05);

    /** TTL expired. */
    public static final ReplyCode TTL_EXPIRED = of(0x06);

    /** Command not supported. */
    public static final ReplyCode COMMAND_NOT_SUPPORTED = of(0x07);

    /** Address type not supported. */
    public static final ReplyCode ADDRESS_TYPE_NOT_SUPPORTED = of(0x08);

    /** Tor: the onion service's descriptor cannot be found. */
    public static final ReplyCode ONION_DESCRIPTOR_NOT_FOUND = of(0xF0);

    /** Tor: the onion service's descriptor is invalid. */
    public static final ReplyCode ONION_DESCRIPTOR_INVALID = of(0xF1);

    /** Tor: introduction to the onion service failed. */
    public static final ReplyCode ONION_INTRODUCTION_FAILED = of(0xF2);

    /** Tor: rendezvous with the onion service failed. */
    public static final ReplyCode ONION_RENDEZVOUS_FAILED = of(0xF3);

    /** Tor: the onion service wants client authorization, and none was given. */
    public static final ReplyCode ONION_AUTHORIZATION_MISSING = of(0xF4);

    /** Tor: the onion service wants other client authorization. */
    public static final ReplyCode ONION_AUTHORIZATION_WRONG = of(0xF5);

    /** Tor: the onion address is invalid. */
    public static final ReplyCode ONION_ADDRESS_INVALID = of(0xF6);

    /** Tor: introduction to the onion service timed out. */
    public static final ReplyCode ONION_INTRODUCTION_TIMED_OUT = of(0xF7);

    /**
     * Checks the range.
     *
     * @param code the byte, 0x00 to 0xFF
     * @throws IllegalArgumentException if it is out of range
     */
    public ReplyCode {
        Wire.requireOctet(code, "a reply code");
    }

    /**
     * The reply code with a number.
     *
     * @param code the byte, 0x00 to 0xFF
     * @return a shared instance
     * @throws IllegalArgumentException if the code is out of range
     */
    public static ReplyCode of(int code) {
        Wire.requireOctet(code, "a reply code");
        return ALL[code];
    }

    /** The meaning and the code in hexadecimal, such as {@code connection refused (0x05)}. */
    @Override
    public String toString() {
        return String.format("%s (0x%02X)", meaning(), code);
    }

    private String meaning() {
        return switch (code) {
            case 0x00 -> "succeeded";
            case 0x01 -> "general failure";
            case 0x02 -> "not allowed by the rules";
            case 0x03 -> "network unreachable";
            case 0x04 -> "host unreachable";
            case 0x05 -> "connection refused";
            case 0x06 -> "TTL expired";
            case 0x07 -> "command not supported";
            case 0x08 -> "address type not supported";
            case 0xF0 -> "onion descriptor not found";
            case 0xF1 -> "onion descriptor invalid";
            case 0xF2 -> "onion introduction failed";
            case 0xF3 -> "onion rendezvous failed";
            case 0xF4 -> "onion authorization missing";
            case 0xF5 -> "onion authorization wrong";
            case 0xF6 -> "onion address invalid";
            case 0xF7 -> "onion introduction timed out";
            default -> "unassigned reply";
        };
    }

    // Written out: a record's own methods are linked at their first call, which takes longer than a handshake.

    @Override
    public boolean equals(Object other) {
        return other instanceof ReplyCode that && code == that.code;
    }

    @Override
    public int hashCode() {
        return code;
    }
}
