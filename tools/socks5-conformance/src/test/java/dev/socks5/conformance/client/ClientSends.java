package dev.socks5.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Transcript;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Compares what a case says that it sends with what it sends to the right client. Prose may be anything. */
final class ClientSends {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*}");

    private ClientSends() {}

    /** Fails unless the record of an outcome is what its case says. */
    static void assertSent(Outcome outcome) {
        assertThat(sent(outcome)).matches(pattern(outcome.of()));
    }

    private static String sent(Outcome outcome) {
        return outcome.transcript().stream()
                .filter(entry -> entry.connection().equals("program"))
                .filter(entry -> entry.direction() == Transcript.Direction.SENT)
                .map(entry -> new String(entry.bytes(), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
    }

    private static Pattern pattern(Case<?> one) {
        return Pattern.compile(
                one.sends().stream().map(ClientSends::regex).collect(Collectors.joining()), Pattern.DOTALL);
    }

    private static String regex(String line) {
        if (line.startsWith("(")) {
            return ".*";
        }
        StringBuilder regex = new StringBuilder();
        int from = 0;
        for (Matcher varying = PLACEHOLDER.matcher(line); varying.find(); from = varying.end()) {
            regex.append(quoted(line.substring(from, varying.start()))).append(".+");
        }
        return regex.append(quoted(line.substring(from))).toString();
    }

    private static String quoted(String hex) {
        return Pattern.quote(new String(Hex.bytes(hex), StandardCharsets.ISO_8859_1));
    }
}
