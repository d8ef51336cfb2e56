package dev.socks5.proxy;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** So many bytes in a time. */
record Quota(long bytes, Duration period) {

    private static final Pattern FORM = Pattern.compile("([^/]+)/(.+)");

    /** As in {@code 10G/24h}. */
    static Quota parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw wrong(text);
        }
        long bytes = Rate.amount(matcher.group(1)).orElseThrow(() -> wrong(text));
        return new Quota(bytes, Arguments.duration(matcher.group(2)));
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "a positive number of bytes, / and a time expected, as in 10G/24h: " + text);
    }
}
