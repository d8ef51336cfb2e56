package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Outcome;
import java.util.List;

/** Writes a run in the Test Anything Protocol, version 14. */
public final class TapReport {

    private final StringBuilder text = new StringBuilder();

    private TapReport() {}

    /** Returns the lines. */
    public static String of(Report report) {
        return new TapReport().write(report);
    }

    private String write(Report report) {
        line("TAP version 14");
        line("1.." + report.outcomes().size());
        line("# socks5-conformance " + report.suite() + ", " + report.side() + " " + Plain.line(report.target()));
        int number = 1;
        for (Outcome outcome : report.outcomes()) {
            test(number++, outcome);
        }
        return text.toString();
    }

    private void test(int number, Outcome outcome) {
        String test =
                number + " - " + escaped(outcome.of().id() + ": " + outcome.of().title());
        switch (outcome.verdict()) {
            case PASSED -> line("ok " + test);
            case NOT_OFFERED, SKIPPED ->
                line("ok " + test + " # SKIP " + outcome.verdict() + ": " + Plain.line(outcome.reason()));
            case FAILED, BROKEN -> {
                line("not ok " + test);
                diagnostic(outcome);
            }
        }
    }

    /** Writes YAML whose values are strings in double quotes, which is all of it that is needed. */
    private void diagnostic(Outcome outcome) {
        Case<?> of = outcome.of();
        line("  ---");
        value("verdict", outcome.verdict().toString());
        value("level", of.level().toString());
        value("clause", of.clause().text());
        value("passes", of.accepts());
        value("came", outcome.reason());
        value("means", of.means());
        List<String> dump = HexDump.of(outcome.transcript());
        if (!dump.isEmpty()) {
            line("  transcript:");
            dump.forEach(each -> line("    - " + quoted(each)));
        }
        line("  ...");
    }

    private void value(String key, String value) {
        line("  " + key + ": " + quoted(value));
    }

    private static String quoted(String value) {
        return '"' + Plain.line(value).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** A description may hold neither a number sign, which begins a directive, nor a bare backslash. */
    private static String escaped(String description) {
        return Plain.line(description).replace("\\", "\\\\").replace("#", "\\#");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
