package dev.socks5.codec;

import java.util.Arrays;

/**
 * The command of a request (RFC 1928 section 4): one byte, open to every value. The constants are those of the RFC and
 * two that Tor adds.
 *
 * @param code the byte, 0x00 to 0xFF
 */
public record Command(int code) {

    private static final Command[] ALL = new Command[Wire.MAX_OCTET + 1];

    static {
        Arrays.setAll(ALL, Command::new);
    }

    /** Connect to the destination. */
    public static final Command CONNECT = of(0x01);

    /** Wait for one connection from the destination. */
    public static final Command BIND = of(0x02);

    /** Relay datagrams. */
    public static final Command UDP_ASSOCIATE = of(0x03);

    /** Tor's extension: look up the address of a name. */
    public static final Command RESOLVE = of(0xF0);

    /** Tor's extension: look up the name of an address. */
    public static final Command RESOLVE_PTR = of(0xF1);

    /**
     * Checks the range.
     *
     * @param code the byte, 0x00 to 0xFF
     * @throws IllegalArgumentException if it is out of range
     */
    public Command {
        Wire.requireOctet(code, "a command");
    }

    /**
     * The command with a code.
     *
     * @param code the byte, 0x00 to 0xFF
     * @return a shared instance
     * @throws IllegalArgumentException if the code is out of range
     */
    public static Command of(int code) {
        Wire.requireOctet(code, "a command");
        return ALL[code];
    }

    /** The name and the code in hexadecimal, such as {@code CONNECT (0x01)}. */
    @Override
    public String toString() {
        return String.format("%s (0x%02X)", name(), code);
    }

    private String name() {
        return switch (code) {
            case 0x01 -> "CONNECT";
            case 0x02 -> "BIND";
            case 0x03 -> "UDP ASSOCIATE";
            case 0xF0 -> "RESOLVE";
            case 0xF1 -> "RESOLVE_PTR";
            default -> "command";
        };
    }

    // Written out: a record's own methods are linked at their first call, which takes longer than a handshake.

    @Override
    public boolean equals(Object other) {
        return other instanceof Command that && code == that.code;
    }

    @Override
    public int hashCode() {
        return code;
    }
}
