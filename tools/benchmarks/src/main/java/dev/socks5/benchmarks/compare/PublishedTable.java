package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.compare.Results.Failure;
import dev.socks5.benchmarks.load.Figure;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a {@link Table} back from the page that it was put on.
 *
 * @param servers its columns
 * @param results medians, least and greatest values, each as those of three rounds; a figure stands for its measure
 */
record PublishedTable(List<String> servers, Results results) {

    private static final String HEAD = "| figure | unit | better | ";
    private static final int FACTS = 3;
    private static final Pattern SPREAD = Pattern.compile("([\\d.,]+) \\(([\\d.,]+)–([\\d.,]+)\\).*");

    /**
     * Reads the first such table of a page.
     *
     * @throws IOException if there is none
     */
    static PublishedTable read(Stream<String> page) throws IOException {
        List<List<String>> lines = page.dropWhile(line -> !line.startsWith(HEAD))
                .takeWhile(line -> line.startsWith("|"))
                .map(PublishedTable::cells)
                .toList();
        if (lines.isEmpty()) {
            throw new IOException("no table that begins with " + HEAD);
        }
        List<String> servers = lines.get(0).subList(FACTS, lines.get(0).size());
        Results results = new Results(List.of());
        lines.stream().skip(2).forEach(cells -> addTo(results, servers, cells));
        return new PublishedTable(servers, results);
    }

    private static List<String> cells(String line) {
        return Stream.of(line.split("\\|")).skip(1).map(String::strip).toList();
    }

    private static void addTo(Results results, List<String> servers, List<String> cells) {
        String figure = cells.get(0);
        for (int i = 0; i < servers.size(); i++) {
            String cell = cells.get(FACTS + i);
            Matcher spread = SPREAD.matcher(cell);
            if (spread.matches()) {
                for (int round = 1; round <= spread.groupCount(); round++) {
                    double value = Double.parseDouble(spread.group(round).replace(",", ""));
                    results.add(
                            servers.get(i),
                            figure,
                            new Figure(figure, cells.get(1), value, cells.get(2).equals("more")));
                }
            } else if (!cell.equals("–")) {
                results.add(new Failure(servers.get(i), figure, cell.startsWith("**failed"), cell));
            }
        }
    }

    /**
     * Gives the same with some figures alone, in their order.
     *
     * @throws IOException if the table lacks one
     */
    PublishedTable only(List<String> figures) throws IOException {
        List<String> known = results.rows().stream().map(Results.Row::figure).toList();
        for (String figure : figures) {
            if (!known.contains(figure)) {
                throw new IOException("the table has no figure named " + figure);
            }
        }
        return new PublishedTable(servers, results.only(figures));
    }
}
