package dev.socks5.codec;

import java.net.IDN;
import java.util.regex.Pattern;

/**
 * A name (ATYP 0x03), as the bytes that were sent: nothing is decoded, folded or checked beyond the length, so that
 * every name survives a round trip. {@link #isHostName()} tells whether it is fit to be looked up.
 *
 * @param octets 1 to 255 characters, each of them one byte (U+0000 to U+00FF)
 */
public record DomainName(String octets) implements Address {

    static final int TYPE = 0x03;

    private static final int MAX_HOST_NAME = 253;
    private static final String LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
    private static final Pattern HOST_NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*\\.?");

    /** A last label that address parsers take for a number, and so the whole for an IPv4 address. */
    private static final Pattern NUMBER_LAST = Pattern.compile("(?:.*\\.)?(?:\\d+|0[xX][0-9A-Fa-f]*)\\.?");

    /**
     * Checks the length and the characters.
     *
     * @param octets 1 to 255 characters, each of them one byte (U+0000 to U+00FF)
     * @throws IllegalArgumentException if there is none, or one too many, or one that is no byte
     */
    public DomainName {
        if (octets.isEmpty()) {
            throw new IllegalArgumentException("a domain name has at least one octet");
        }
        Wire.requireOctets(octets, "a domain name");
    }

    /**
     * A name in ASCII.
     *
     * @param name 1 to 255 characters, all of them ASCII
     * @return the name, unchanged
     * @throws IllegalArgumentException if a character is not ASCII, or the length is out of range
     */
    public static DomainName ofAscii(String name) {
        if (name.chars().anyMatch(c -> c > 0x7F)) {
            throw new IllegalArgumentException(
                    "not ASCII; international names are written in their encoded form, xn--...: " + Text.quote(name));
        }
        return new DomainName(name);
    }

    /**
     * An international name, encoded for the DNS (IDNA, RFC 3490).
     *
     * @param name for example {@code bücher.example}
     * @return the name in ASCII, for example {@code xn--bcher-kva.example}
     * @throws IllegalArgumentException if the name cannot be encoded, or is too long then
     */
    public static DomainName ofUnicode(String name) {
        return new DomainName(IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES));
    }

    /**
     * Whether this can be the name of a host: labels of 1 to 63 letters, digits, hyphens (not at either end) and
     * underscores, 253 bytes in all, a dot at the end allowed. A name whose last label is a number is none: resolvers
     * take {@code 127.1}, {@code 0x7f.1} and {@code 2130706433} for the address 127.0.0.1, and rules would not.
     *
     * @return whether it is a host name
     */
    public boolean isHostName() {
        int length = octets.endsWith(".") ? octets.length() - 1 : octets.length();
        return length <= MAX_HOST_NAME
                && HOST_NAME.matcher(octets).matches()
                && !NUMBER_LAST.matcher(octets).matches();
    }

    /**
     * The form to compare by: lower case (ASCII letters only), without a dot at the end.
     *
     * @return the canonical form; equal to this name if it already is in that form
     */
    public DomainName canonical() {
        String name = octets.length() > 1 && octets.endsWith(".") ? octets.substring(0, octets.length() - 1) : octets;
        return new DomainName(lowerCase(name));
    }

    /** Only ASCII folds: what another byte means is for its sender to know. */
    private static String lowerCase(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        name.chars().forEach(c -> folded.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)));
        return folded.toString();
    }

    /** The name, with everything but printable ASCII escaped: safe to log. */
    @Override
    public String toString() {
        return Text.escape(octets);
    }
}
