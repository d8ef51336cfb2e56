package dev.socks5.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TapReportTest {

    /** A test line of TAP 14; in a description, a number sign and a backslash stand behind a backslash. */
    private static final Pattern TEST =
            Pattern.compile("(ok|not ok) (\\d+) - ((?:[^#\\\\]|\\\\[#\\\\])*?)(?: # SKIP (.*))?");

    private static final Pattern VALUE = Pattern.compile("  (\\w+): (\".*\")");
    private static final Pattern ELEMENT = Pattern.compile("    - (\".*\")");

    /** Reads it as the grammar says, and fails at what is none; returns the tests, and values behind them. */
    private static List<String> read(String tap) throws Exception {
        List<String> lines = tap.lines().toList();
        assertThat(lines.get(0)).isEqualTo("TAP version 14");
        List<String> read = new ArrayList<>();
        boolean inYaml = false;
        int tests = 0;
        for (String line : lines.subList(2, lines.size())) {
            Matcher test = TEST.matcher(line);
            Matcher value = VALUE.matcher(line);
            Matcher element = ELEMENT.matcher(line);
            if (inYaml && value.matches()) {
                read.add(value.group(1) + "=" + string(value.group(2)));
            } else if (inYaml && element.matches()) {
                read.add("-" + string(element.group(1)));
            } else if (line.equals("  ---") || line.equals("  ...")) {
                inYaml = line.equals("  ---");
            } else if (!inYaml && test.matches()) {
                assertThat(test.group(2)).isEqualTo("" + ++tests);
                read.add(test.group(1) + " " + test.group(3) + (test.group(4) == null ? "" : " SKIP"));
            } else {
                assertThat(line).matches("# .*|  transcript:");
            }
        }
        assertThat(inYaml).isFalse();
        assertThat(lines.get(1)).isEqualTo("1.." + tests);
        return read;
    }

    /** A YAML string in double quotes is one of JSON, as far as we use it. */
    private static String string(String quoted) throws Exception {
        return new ObjectMapper().readValue(quoted, String.class);
    }

    @Test
    void isWhatTheGrammarSays() throws Exception {
        assertThat(read(TapReport.of(Samples.mixed())))
                .startsWith(
                        "ok negotiation/ok: The server answers to negotiation/ok",
                        "not ok negotiation/offered: The server answers to negotiation/offered",
                        "verdict=failed",
                        "level=MUST",
                        "clause=RFC 1928 section 3",
                        "passes=05 00, because it was offered",
                        "came=expected the method that was offered, but FE was selected",
                        "means=Clients wait for ever",
                        "-   +0 ms  sent to proxy: greeting, 3 bytes")
                .endsWith(
                        "ok udp/echo: The server answers to udp/echo SKIP",
                        "ok udp/order: The server answers to udp/order SKIP",
                        "ok abuse/memory: The server answers to abuse/memory SKIP");
    }

    @Test
    void whatProgramsSendIsEscaped() throws Exception {
        String tap = TapReport.of(Samples.nasty());
        assertThat(tap.chars().filter(c -> c < ' ').distinct()).containsExactly((int) '\n');
        assertThat(read(tap)).contains("came=" + Plain.line(Samples.NASTY), "verdict=broken");
    }

    /** A number sign would begin a directive, and a test that failed would be one that is skipped. */
    @Test
    void aTitleIsNoDirective() throws Exception {
        Case<Object> one = Case.of("a/b", Level.MUST, Clause.ROBUSTNESS)
                .title("A title with # SKIP and \\ in it")
                .sends("05")
                .accepts("a")
                .means("m")
                .script(trial -> {});
        String tap =
                TapReport.of(Samples.report(new Outcome(one, Verdict.FAILED, "no", List.of(), Duration.ofMillis(1))));
        assertThat(read(tap)).startsWith("not ok a/b: A title with \\# SKIP and \\\\ in it", "verdict=failed");
    }
}
