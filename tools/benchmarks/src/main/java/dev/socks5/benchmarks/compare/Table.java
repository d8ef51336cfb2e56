package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.compare.Results.Failure;
import dev.socks5.benchmarks.compare.Results.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The results as Markdown: a line for each figure, a column for each server, and below it why some gave none. */
final class Table {

    private final Results results;
    private final String baseline;
    private final List<String> servers;
    private final List<String> notes = new ArrayList<>();

    /**
     * A table.
     *
     * @param results what it shows
     * @param servers the columns
     * @param baseline the server that ratios refer to
     */
    Table(Results results, List<String> servers, String baseline) {
        this.results = results;
        this.servers = servers;
        this.baseline = baseline;
    }

    String markdown() {
        notes.clear();
        Stream<String> head = Stream.of(
                line(Stream.of("figure", "unit", "better"), servers.stream()),
                "|---|---|---|" + "---|".repeat(servers.size()));
        String table = Stream.concat(head, results.rows().stream().map(this::line))
                .collect(Collectors.joining("\n", "", "\n"));
        return notes.isEmpty() ? table : table + "\n" + String.join("\n", notes) + "\n";
    }

    private String line(Row row) {
        Stream<String> facts = Stream.of(row.figure(), row.unit(), row.moreIsBetter() ? "more" : "less");
        return line(facts, servers.stream().map(server -> cell(row, server)));
    }

    private static String line(Stream<String> facts, Stream<String> cells) {
        return Stream.concat(facts, cells)
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    private String cell(Row row, String server) {
        List<Failure> failures = results.failures(server, row.measure());
        if (!failures.isEmpty()) {
            return failed(failures, row.values().getOrDefault(server, List.of()).size());
        }
        return results.spread(row, server)
                .map(spread -> spread.show() + ratio(row, server, spread.median()))
                .orElse("–");
    }

    private String ratio(Row row, String server, double median) {
        return results.spread(row, baseline)
                .filter(ours -> ours.median() != 0 && !server.equals(baseline))
                .map(ours -> String.format(Locale.ROOT, " ×%.2f", median / ours.median()))
                .orElse("");
    }

    private String failed(List<Failure> failures, int succeeded) {
        if (failures.stream().noneMatch(Failure::supported)) {
            return "not supported";
        }
        failures.stream()
                .map(failure -> "* %s, %s: %s".formatted(failure.server(), failure.measure(), failure.message()))
                .filter(note -> !notes.contains(note))
                .forEach(notes::add);
        return "**failed** in %d of %d".formatted(failures.size(), failures.size() + succeeded);
    }
}
