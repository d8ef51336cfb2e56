package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Case;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes cases, so that they can be read as a specification. */
public final class CaseList {

    private static final int WIDTH = 100;
    private static final String INDENT = " ".repeat(10);

    private CaseList() {}

    /**
     * Returns the list.
     *
     * @param verbose whether all that is said of each case is wanted, rather than a line
     */
    public static <T> String of(Side side, List<Case<T>> cases, boolean verbose) {
        return cases.stream()
                .map(one -> verbose ? verbose(side, one) : line(side, one))
                .collect(Collectors.joining());
    }

    private static String line(Side side, Case<?> one) {
        return String.format(
                Locale.ROOT,
                "%s  %-40s %-10s  %-20s  %s%n",
                side,
                one.id(),
                one.level(),
                isNamed(one) ? one.clause() : "",
                one.title());
    }

    private static String verbose(Side side, Case<?> one) {
        StringBuilder text = new StringBuilder();
        text.append(side).append(' ').append(one.id()).append('\n');
        add(text, "level", one.level() + (isNamed(one) ? ", " + one.clause() : ""));
        add(text, "title", one.title());
        one.sends().forEach(line -> add(text, line.equals(one.sends().get(0)) ? "sends" : "", line));
        add(text, "passes", one.accepts());
        add(text, "means", one.means());
        add(text, "needs", one.needs().stream().sorted().map(Object::toString).collect(Collectors.joining(", ")));
        add(text, "tags", String.join(", ", new TreeSet<>(one.tags())));
        return text.append('\n').toString();
    }

    /** Says whether the clause is more than the level by another name. */
    private static boolean isNamed(Case<?> one) {
        return !one.clause().text().equals(one.level().toString());
    }

    private static void add(StringBuilder text, String label, String value) {
        if (!value.isEmpty()) {
            text.append(String.format("  %-8s", label))
                    .append(Plain.wrapped(value, WIDTH, INDENT))
                    .append('\n');
        }
    }
}
