package dev.socks5.benchmarks.stall;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large the server's JVM is, and how many tunnels attack it.
 *
 * @param heap as behind {@code -Xmx}
 * @param processors as the JVM is told
 * @param tunnels how many clients stall
 */
record AttackSize(String heap, int processors, int tunnels) {

    private static final Pattern FORM = Pattern.compile("(\\d+[kmg])/(\\d{1,3})/(\\d{1,5})");

    /** Reads {@code 64m/8/1000}. */
    static AttackSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("HEAP/PROCESSORS/TUNNELS expected, as in 64m/8/1000: " + text);
        }
        return new AttackSize(matcher.group(1), Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
    }
}
