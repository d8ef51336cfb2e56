package dev.socks5.proxy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads lines back as log tools do. */
final class LogfmtLine {

    private static final Pattern PAIR = Pattern.compile("(\\w+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^ \"]*))(?: |$)");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u([0-9a-f]{4})|.)");

    private LogfmtLine() {}

    static Map<String, String> parse(String line) {
        Map<String, String> pairs = new LinkedHashMap<>();
        Matcher pair = PAIR.matcher(line);
        int position = 0;
        while (position < line.length()) {
            if (!pair.find(position) || pair.start() != position) {
                throw new AssertionError("no pair at " + position + ": " + line);
            }
            String value = pair.group(2) == null ? pair.group(3) : unescape(pair.group(2));
            if (pairs.put(pair.group(1), value) != null) {
                throw new AssertionError("twice: " + pair.group(1));
            }
            position = pair.end();
        }
        return pairs;
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text).replaceAll(escape -> {
            String hex = escape.group(2);
            return Matcher.quoteReplacement(
                    hex == null ? escape.group(1) : Character.toString((char) Integer.parseInt(hex, 16)));
        });
    }
}
