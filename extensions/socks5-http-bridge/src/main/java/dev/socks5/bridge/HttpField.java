package dev.socks5.bridge;

import java.util.regex.Pattern;

/**
 * A field line of a head (RFC 9112 section 5).
 *
 * @param name a token, as it was written
 * @param value without white space around it
 */
record HttpField(String name, String value) {

    static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /**
     * Reads a line. With white space before the colon it is lenient (RFC 9112 section 5.1), or takes it for an error.
     */
    static HttpField parse(String line, HttpInput.Lines lines) throws HttpFormatException {
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon);
        if (lines == HttpInput.Lines.LENIENT) {
            name = name.stripTrailing();
        }
        if (!TOKEN.matcher(name).matches()) {
            throw new HttpFormatException("a field line is NAME: VALUE");
        }
        return new HttpField(name, line.substring(colon + 1).strip());
    }

    /** Whether a line goes on from the one before (obs-fold, RFC 9112 section 5.2). */
    static boolean continues(String line) {
        return line.startsWith(" ") || line.startsWith("\t");
    }

    HttpField continuedBy(String line) {
        return new HttpField(name, (value + ' ' + line.strip()).strip());
    }

    boolean isNamed(String other) {
        return name.equalsIgnoreCase(other);
    }

    @Override
    public String toString() {
        return name + ": " + value;
    }
}
