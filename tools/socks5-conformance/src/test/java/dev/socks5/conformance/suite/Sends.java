package dev.socks5.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Compares what a case says that it sends with what it has sent: each row of bytes of the text, in order. */
public final class Sends {

    /** Prose, what varies, a byte, and any other word. */
    private static final Pattern WORD =
            Pattern.compile("\\([^)]*\\)|\\{[^}]*}|(?<byte>\\b[0-9A-F]{2}\\b(?!\\.))|[^\\s({]+");

    private Sends() {}

    /**
     * Fails unless the outcome's record has what the text says.
     *
     * @param farEnd the name of connections that are not to the program under test
     */
    public static void assertSent(Outcome outcome, String farEnd) {
        String sent = outcome.transcript().stream()
                .filter(entry -> entry.direction() == Transcript.Direction.SENT)
                .filter(entry -> !entry.connection().startsWith(farEnd))
                .map(entry -> text(entry.bytes()))
                .collect(Collectors.joining());
        int from = 0;
        for (String row : rows(outcome.of())) {
            int at = sent.indexOf(row, from);
            assertThat(at)
                    .as("%s says that it sends %s behind %d bytes", outcome.of().id(), Hex.shown(bytes(row)), from)
                    .isNotNegative();
            from = at + row.length();
        }
    }

    /** Returns the rows of bytes that stand together in the text of a case. */
    static List<String> rows(Case<?> one) {
        List<String> rows = new ArrayList<>();
        for (String line : one.sends()) {
            StringBuilder row = new StringBuilder();
            for (Matcher word = WORD.matcher(line); word.find(); ) {
                if (word.group("byte") != null) {
                    row.append(text(Hex.bytes(word.group())));
                } else {
                    rows.add(row.toString());
                    row.setLength(0);
                }
            }
            rows.add(row.toString());
        }
        rows.removeIf(String::isEmpty);
        return rows;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
