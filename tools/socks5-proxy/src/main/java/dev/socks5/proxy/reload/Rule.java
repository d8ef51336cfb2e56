package dev.socks5.proxy.reload;

import dev.socks5.proxy.input.TextFile;
import dev.socks5.server.AccessRules;
import dev.socks5.server.RequestPattern;
import java.util.List;

/**
 * A rule as an option or a line of a file has it.
 *
 * @param allows whether what matches is allowed, or else refused
 */
public record Rule(boolean allows, RequestPattern pattern) {

    private static final String ALLOW = "allow";
    private static final String DENY = "deny";

    /** Reads {@code allow PATTERN} or {@code deny PATTERN}. */
    static Rule parse(String line) {
        String[] parts = line.split("\\s+", 2);
        boolean allows = parts[0].equals(ALLOW);
        if (parts.length < 2 || !(allows || parts[0].equals(DENY))) {
            throw new IllegalArgumentException("allow or deny expected, and a pattern behind it");
        }
        return new Rule(allows, RequestPattern.parse(parts[1]));
    }

    /** Reads what a file has: a rule on each line, and at least one. See {@link TextFile#lines}. */
    public static List<Rule> parseAll(String text) {
        List<Rule> rules = TextFile.lines(text, Rule::parse);
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("no rules in it");
        }
        return rules;
    }

    /** Adds this rule behind those that are there. */
    public void addTo(AccessRules.Builder rules) {
        if (allows) {
            rules.allow(pattern);
        } else {
            rules.deny(pattern);
        }
    }
}
