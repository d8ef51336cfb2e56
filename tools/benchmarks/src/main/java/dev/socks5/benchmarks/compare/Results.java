package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.load.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that was measured, and all that failed. */
final class Results {

    /**
     * One run of one measure that gave no figures.
     *
     * @param server which server
     * @param measure what was asked of it
     * @param supported false if the server does not offer what it takes
     * @param message why
     */
    record Failure(String server, String measure, boolean supported, String message) {}

    /**
     * A line of the table.
     *
     * @param measure what yields it
     * @param figure its name
     * @param unit its unit; empty if no server gave a figure
     * @param moreIsBetter whether the greater of two is the better one
     * @param values by server, one for each round that succeeded
     */
    record Row(String measure, String figure, String unit, boolean moreIsBetter, Map<String, List<Double>> values) {}

    private final Map<String, Map<String, Row>> rows = new LinkedHashMap<>();
    private final List<Failure> failures = new ArrayList<>();

    /** Rows come in the order of the measures, whichever figure is first. */
    Results(List<String> measures) {
        measures.forEach(measure -> rows.put(measure, new LinkedHashMap<>()));
    }

    void add(String server, String measure, Figure figure) {
        rowsOf(measure)
                .computeIfAbsent(
                        figure.name(),
                        name -> new Row(measure, name, figure.unit(), figure.moreIsBetter(), new LinkedHashMap<>()))
                .values()
                .computeIfAbsent(server, name -> new ArrayList<>())
                .add(figure.value());
    }

    void add(Failure failure) {
        rowsOf(failure.measure());
        failures.add(failure);
    }

    private Map<String, Row> rowsOf(String measure) {
        return rows.computeIfAbsent(measure, name -> new LinkedHashMap<>());
    }

    /** The lines of the table; a measure that gave no figure at all has one too, so that its failures are seen. */
    List<Row> rows() {
        List<Row> all = new ArrayList<>();
        rows.forEach((measure, figures) -> {
            if (figures.isEmpty()) {
                all.add(new Row(measure, measure, "", true, Map.of()));
            } else {
                all.addAll(figures.values());
            }
        });
        return all;
    }

    /** Gives the same with some measures alone, in this order. */
    Results only(List<String> measures) {
        Results some = new Results(measures);
        some.rows.keySet().forEach(measure -> some.rows.put(measure, rowsOf(measure)));
        some.failures.addAll(failures);
        return some;
    }

    /** What one server gave in the rounds; nothing if it failed in one of them, whatever it did in the others. */
    Optional<Spread> spread(Row row, String server) {
        List<Double> values = row.values().getOrDefault(server, List.of());
        return values.isEmpty() || !failures(server, row.measure()).isEmpty()
                ? Optional.empty()
                : Optional.of(Spread.of(values));
    }

    /** Whether anything failed, other than for what a server does not offer. */
    boolean failed() {
        return failures.stream().anyMatch(Failure::supported);
    }

    /** What one server failed to do in one measure. */
    List<Failure> failures(String server, String measure) {
        return failures.stream()
                .filter(failure ->
                        failure.server().equals(server) && failure.measure().equals(measure))
                .toList();
    }
}
