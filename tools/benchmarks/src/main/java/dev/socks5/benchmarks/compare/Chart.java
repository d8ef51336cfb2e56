package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.compare.Results.Row;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The medians as an SVG: a group of bars for each figure, two groups side by side, as long as the greatest of the group
 * allows, and a thin line from the least to the greatest of the rounds. Written by hand, because the libraries that
 * draw ask for fonts, which a machine without a desktop may not have.
 *
 * <p>It brings its background along, and another one for readers who have chosen dark pages.
 */
final class Chart {

    private static final String STYLE = """
            svg { background: #ffffff; fill: #1f2328 } .other { fill: #9aa4b2 } .ours { fill: #1f6feb } \
            line { stroke: #1f2328 } .unit { fill: #59636e } .figure { font-weight: bold }
            @media (prefers-color-scheme: dark) { svg { background: #0d1117; fill: #e6edf3 } .other { fill: #656d76 } \
            .ours { fill: #388bfd } line { stroke: #e6edf3 } .unit { fill: #9198a1 } }""";

    private static final int WIDTH = 880;
    private static final int COLUMN = WIDTH / 2;
    private static final int BARS_FROM = 120;
    private static final int BARS_TO = 360;
    private static final int LINE = 18;
    private static final int GAP = 14;

    private final Results results;
    private final List<String> servers;
    private final String baseline;
    private final StringBuilder shapes = new StringBuilder();
    private int x;
    private int y;

    /**
     * A chart.
     *
     * @param results what it shows
     * @param servers the bars of each group, if the server has that figure
     * @param baseline the server whose bars stand out
     */
    Chart(Results results, List<String> servers, String baseline) {
        this.results = results;
        this.servers = servers;
        this.baseline = baseline;
    }

    String svg() {
        shapes.setLength(0);
        List<Row> rows =
                results.rows().stream().filter(row -> !row.values().isEmpty()).toList();
        int top = GAP;
        for (int i = 0; i < rows.size(); i += 2) {
            int left = group(rows.get(i), 0, top);
            top = i + 1 < rows.size() ? Math.max(left, group(rows.get(i + 1), COLUMN, top)) : left;
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" role="img">
                <title>%s beside other servers: medians, and a line from the least to the greatest round</title>
                <style>%s</style>
                %s</svg>
                """.formatted(WIDTH, top, baseline, STYLE, shapes);
    }

    /** Draws one figure, and tells where the next one may begin. */
    private int group(Row row, int left, int top) {
        x = left;
        y = top;
        text(GAP, "start", "figure", row.figure());
        y += LINE;
        text(GAP, "start", "unit", "%s, %s is better".formatted(row.unit(), row.moreIsBetter() ? "more" : "less"));
        y += LINE;
        double greatest = servers.stream()
                .flatMap(server -> results.spread(row, server).stream())
                .mapToDouble(Spread::greatest)
                .max()
                .orElse(0);
        for (String server : servers) {
            Optional<Spread> spread = results.spread(row, server);
            boolean failed = !results.failures(server, row.measure()).isEmpty();
            if (spread.isPresent() || failed) {
                text(BARS_FROM - 8, "end", "server", server);
                spread.ifPresentOrElse(
                        known -> bar(known, greatest, server.equals(baseline) ? "ours" : "other"),
                        () -> text(BARS_FROM, "start", "unit", "no figure"));
                y += LINE;
            }
        }
        return y + GAP;
    }

    private void bar(Spread spread, double greatest, String kind) {
        double scale = greatest > 0 ? (BARS_TO - BARS_FROM) / greatest : 0;
        shape(String.format(
                Locale.ROOT,
                "<rect x='%d' y='%d' width='%.1f' height='%d' class='%s'/>",
                x + BARS_FROM,
                y + 3,
                spread.median() * scale,
                LINE - 6,
                kind));
        shape(String.format(
                Locale.ROOT,
                "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>",
                x + BARS_FROM + spread.least() * scale,
                x + BARS_FROM + spread.greatest() * scale,
                y + LINE / 2,
                y + LINE / 2));
        text(BARS_TO + 8, "start", "value", Numbers.show(spread.median()));
    }

    private void text(int at, String anchor, String kind, String content) {
        String escaped = content.replace("&", "&amp;").replace("<", "&lt;");
        shape("<text x='%d' y='%d' text-anchor='%s' class='%s'>%s</text>"
                .formatted(x + at, y + LINE - 5, anchor, kind, escaped));
    }

    private void shape(String element) {
        shapes.append(element).append('\n');
    }
}
