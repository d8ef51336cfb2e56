package dev.socks5.codec;

/** Makes foreign text safe to print. */
final class Text {

    private Text() {}

    /** Printable ASCII as it is; everything else, the backslash and the quote as a backslash and hexadecimal digits. */
    static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c > ' ' && c < 0x7F && c != '\\' && c != '"') {
                safe.append((char) c);
            } else {
                safe.append(c <= 0xFF ? String.format("\\x%02x", c) : String.format("\\u%04x", c));
            }
        });
        return safe.toString();
    }

    static String quote(String text) {
        return '"' + escape(text) + '"';
    }
}
