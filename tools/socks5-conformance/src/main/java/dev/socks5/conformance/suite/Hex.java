package dev.socks5.conformance.suite;

import java.util.HexFormat;

/** Bytes as the RFCs and the cases write them: "05 01 00". */
public final class Hex {

    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ").withUpperCase();
    private static final int SHOWN = 16;

    private Hex() {}

    /**
     * Reads bytes.
     *
     * @param text two digits for each; spaces do not count
     * @throws IllegalArgumentException if it is something else
     */
    public static byte[] bytes(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    /** Writes the first few bytes, for a message. */
    public static String shown(byte[] bytes) {
        return bytes.length <= SHOWN
                ? SPACED.formatHex(bytes)
                : SPACED.formatHex(bytes, 0, SHOWN) + " and " + (bytes.length - SHOWN) + " more bytes";
    }
}
