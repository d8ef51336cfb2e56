package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a run for people: first what failed and why, then what was not tried, then figures. */
public final class TextReport {

    private static final int WIDTH = 100;
    private static final String INDENT = "  ";
    private static final int LABEL = 10;

    private final Report report;
    private final Colors colors;
    private final StringBuilder text = new StringBuilder();

    private TextReport(Report report, Colors colors) {
        this.report = report;
        this.colors = colors;
    }

    /**
     * Returns the text.
     *
     * @param color whether the terminal takes ANSI escape sequences
     */
    public static String of(Report report, boolean color) {
        return new TextReport(report, color ? Colors.ANSI : Colors.NONE).write();
    }

    private String write() {
        String program = report.program().toString();
        line(Plain.line("socks5-conformance " + report.suite() + ": " + report.side() + " " + report.target()
                + (program.isEmpty() ? "" : " (" + program + ")")));
        report.with(Verdict.FAILED).forEach(this::unfit);
        report.with(Verdict.BROKEN).forEach(this::unfit);
        untried(Verdict.NOT_OFFERED);
        untried(Verdict.SKIPPED);
        line("");
        table();
        line("");
        summary();
        return text.toString();
    }

    /** Writes everything about a case that did not pass. */
    private void unfit(Outcome outcome) {
        Case<?> of = outcome.of();
        String verdict = outcome.verdict().toString().toUpperCase(Locale.ROOT);
        line("");
        line(colors.of(outcome.verdict(), verdict) + "  " + colors.bold(of.id()) + "  " + origin(of));
        details(outcome).forEach(detail -> line(INDENT + detail));
    }

    /** Returns the level of a case, and where it comes from, unless that is the same. */
    static String origin(Case<?> of) {
        String level = of.level().toString();
        String clause = of.clause().text();
        return clause.equals(level) ? level : level + ", " + Plain.line(clause);
    }

    /** Returns the lines that explain why a case did not pass, with its transcript. */
    static List<String> details(Outcome outcome) {
        Case<?> of = outcome.of();
        List<String> lines = new ArrayList<>();
        add(lines, "", of.title());
        add(lines, "passes", of.accepts());
        add(lines, outcome.verdict() == Verdict.BROKEN ? "the suite" : "came", outcome.reason());
        add(lines, "means", of.means());
        lines.addAll(HexDump.of(outcome.transcript()));
        return lines;
    }

    private static void add(List<String> lines, String label, String value) {
        String indent = label.isEmpty() ? "" : " ".repeat(LABEL);
        String wrapped = Plain.wrapped(Plain.line(value), WIDTH - indent.length(), "");
        List<String> parts = wrapped.lines().toList();
        for (int i = 0; i < parts.size(); i++) {
            String before = i == 0 && !label.isEmpty() ? String.format("%-" + LABEL + "s", label) : indent;
            lines.add(before + parts.get(i));
        }
    }

    /** Writes what was not tried, a line for each reason. */
    private void untried(Verdict verdict) {
        Map<String, List<String>> ids = report.with(verdict).stream()
                .collect(Collectors.groupingBy(
                        Outcome::reason,
                        LinkedHashMap::new,
                        Collectors.mapping(outcome -> outcome.of().id(), Collectors.toList())));
        if (!ids.isEmpty()) {
            line("");
        }
        ids.forEach((reason, those) -> {
            line(colors.of(verdict, capital(verdict.toString())) + ": " + Plain.line(reason));
            line(INDENT + Plain.wrapped(String.join(" ", those), WIDTH - INDENT.length(), INDENT));
        });
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private void table() {
        int width = report.groups().keySet().stream()
                .map(String::length)
                .max(Comparator.naturalOrder())
                .orElse(0);
        report.groups().forEach((group, outcomes) -> row(group, width, outcomes));
    }

    private void summary() {
        for (Level level : Level.values()) {
            List<Outcome> those = report.outcomes().stream()
                    .filter(outcome -> outcome.of().level() == level)
                    .toList();
            if (!those.isEmpty()) {
                row(level.toString(), Level.ROBUSTNESS.toString().length(), those);
            }
        }
        Tally all = Tally.of(report.outcomes());
        int count = report.outcomes().size();
        line(colors.bold((count == 1 ? "1 case" : count + " cases") + " in "
                + report.time().toSeconds() + " s: " + all));
    }

    private void row(String name, int width, Collection<Outcome> outcomes) {
        Tally tally = Tally.of(outcomes);
        StringBuilder row = new StringBuilder(String.format("%-" + width + "s", name));
        for (Verdict verdict : Verdict.values()) {
            long count = tally.of(verdict);
            if (verdict == Verdict.BROKEN && Tally.of(report.outcomes()).of(verdict) == 0) {
                continue;
            }
            String cell = String.format("%5s %s", count == 0 ? "-" : "" + count, verdict);
            row.append(count == 0 ? cell : colors.of(verdict, cell));
        }
        line(row.toString());
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
