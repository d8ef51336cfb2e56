package dev.socks5.proxy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A range of ports, both ends included. */
record Ports(int first, int last) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

    /** Reads {@code 40000-40999}. */
    static Ports parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("two ports expected, as in 40000-40999: " + text);
        }
        return new Ports(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
}
