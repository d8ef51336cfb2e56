package dev.socks5.codec;

/**
 * The level of protection once a GSS-API context stands (RFC 1961 section 4.3): one byte, open to every value. The
 * constants are those that the RFC has, and one that programs use.
 *
 * @param code the byte, 0x00 to 0xFF
 */
public record ProtectionLevel(int code) {

    /** None: everything is sent as it is. The RFC does not have it; curl and Dante do. */
    public static final ProtectionLevel NONE = new ProtectionLevel(0);

    /** Integrity of each message. */
    public static final ProtectionLevel INTEGRITY = new ProtectionLevel(1);

    /** Integrity and confidentiality of each message. */
    public static final ProtectionLevel CONFIDENTIALITY = new ProtectionLevel(2);

    /** Integrity of each message, and confidentiality as its sender sees fit. This library always does. */
    public static final ProtectionLevel SELECTIVE = new ProtectionLevel(3);

    private static final int UNKNOWN = -1;

    /**
     * Checks the range.
     *
     * @param code the byte, 0x00 to 0xFF
     * @throws IllegalArgumentException if it is out of range
     */
    public ProtectionLevel {
        Wire.requireOctet(code, "a protection level");
    }

    /**
     * Whether this level promises all that another one does: none is the least, then integrity, selective protection,
     * and confidentiality. An unknown level promises nothing, and nothing can stand in for it.
     *
     * @param other the one to compare with
     * @return true if it does
     */
    public boolean isAtLeast(ProtectionLevel other) {
        return isKnown() && other.isKnown() && strength() >= other.strength();
    }

    boolean isKnown() {
        return strength() != UNKNOWN;
    }

    private int strength() {
        return switch (code) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> 3;
            case 3 -> 2;
            default -> UNKNOWN;
        };
    }

    /** The name and the code in hexadecimal, such as {@code integrity (0x01)}. */
    @Override
    public String toString() {
        return String.format("%s (0x%02X)", name(), code);
    }

    private String name() {
        return switch (code) {
            case 0 -> "no protection";
            case 1 -> "integrity";
            case 2 -> "integrity and confidentiality";
            case 3 -> "selective protection";
            default -> "protection level";
        };
    }
}
