package dev.socks5.proxy;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** So many failed logins within a time. */
record FailedLogins(int count, Duration window) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})/(.+)");

    /** As in {@code 10/5m}. */
    static FailedLogins parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
            throw new IllegalArgumentException("a positive number, / and a time expected, as in 10/5m: " + text);
        }
        return new FailedLogins(Integer.parseInt(matcher.group(1)), Arguments.duration(matcher.group(2)));
    }
}
