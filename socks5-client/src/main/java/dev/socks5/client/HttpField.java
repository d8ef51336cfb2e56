package dev.socks5.client;

import java.util.regex.Pattern;

/**
 * A field line of a head (RFC 9112 section 5).
 *
 * @param name a token, as it was written
 * @param value without white space around it
 */
record HttpField(String name, String value) {

    static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Reads a line; one that goes on from the line before (obs-fold) or has a space before the colon is none. */
    static HttpField parse(String line) throws HttpFormatException {
        int colon = line.indexOf(':');
        if (colon < 0 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
            throw new HttpFormatException("a field line is NAME: VALUE");
        }
        return new HttpField(line.substring(0, colon), line.substring(colon + 1).strip());
    }

    boolean isNamed(String other) {
        return name.equalsIgnoreCase(other);
    }

    @Override
    public String toString() {
        return name + ": " + value;
    }
}
