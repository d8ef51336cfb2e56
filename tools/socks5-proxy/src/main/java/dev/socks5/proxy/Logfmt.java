package dev.socks5.proxy;

import dev.socks5.codec.Endpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * A line of {@code key=value} pairs, as log tools read them. Whatever a value is, the line is one line of printable
 * ASCII, and no value can pass for another pair: one that is empty or has a blank, {@code =}, a quote, a control
 * character or anything beyond ASCII is put in quotes and escaped as in JSON.
 */
final class Logfmt {

    private final StringBuilder line = new StringBuilder();

    /**
     * Adds a pair.
     *
     * @param key of the program's own making: it is not escaped
     * @param value written as its {@code toString} says; a pair without a value, {@code null}, is left out
     */
    Logfmt add(String key, Object value) {
        if (value != null) {
            line.append(line.isEmpty() ? "" : " ").append(key).append('=').append(value(value.toString()));
        }
        return this;
    }

    /** A value, in quotes if it needs them. */
    static String value(String text) {
        return !text.isEmpty() && text.chars().allMatch(Logfmt::isBare) ? text : quoted(text);
    }

    private static boolean isBare(int c) {
        return c > ' ' && c < 0x7F && c != '=' && c != '"';
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c >= ' ' && c < 0x7F) {
                quoted.append((char) c);
            } else {
                quoted.append("\\u%04x".formatted(c));
            }
        });
        return quoted.append('"').toString();
    }

    /** Names an address, as the server names its clients: an IP address with a port, or {@code unix:} and a path. */
    static String address(SocketAddress address) {
        return address instanceof InetSocketAddress ip ? Endpoint.of(ip).toString() : "unix:" + address;
    }

    /** The line, without an end. */
    @Override
    public String toString() {
        return line.toString();
    }
}
