package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.compare.Results.Row;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The medians as an SVG: a group of bars for each figure, as long as the greatest of the group allows, and a thin line
 * from the least to the greatest of the rounds. Written by hand, because the libraries that draw ask for fonts, which a
 * machine without a desktop may not have.
 */
final class Chart {

    private static final int WIDTH = 760;
    private static final int BARS_FROM = 200;
    private static final int BARS_TO = 640;
    private static final int LINE = 18;
    private static final int GAP = 14;

    private final Results results;
    private final List<String> servers;
    private final String baseline;
    private final StringBuilder shapes = new StringBuilder();
    private int y = GAP;

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
        y = GAP;
        results.rows().stream().filter(row -> !row.values().isEmpty()).forEach(this::group);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                %s</svg>
                """.formatted(WIDTH, y, shapes);
    }

    private void group(Row row) {
        String better = row.moreIsBetter() ? "more is better" : "less is better";
        text(GAP, "start", "bold", "%s, %s (%s)".formatted(row.figure(), row.unit(), better));
        y += LINE;
        double greatest = servers.stream()
                .flatMap(server -> results.spread(row, server).stream())
                .mapToDouble(Spread::greatest)
                .max()
                .orElse(0);
        for (String server : servers) {
            Optional<Spread> spread = results.spread(row, server);
            if (spread.isPresent()) {
                text(BARS_FROM - 8, "end", "normal", server);
                bar(spread.get(), greatest, server.equals(baseline) ? "#1f6feb" : "#9aa4b2");
                y += LINE;
            } else if (!results.failures(server, row.measure()).isEmpty()) {
                text(BARS_FROM - 8, "end", "normal", server);
                text(BARS_FROM, "start", "normal", "no figure");
                y += LINE;
            }
        }
        y += GAP;
    }

    private void bar(Spread spread, double greatest, String colour) {
        double scale = greatest > 0 ? (BARS_TO - BARS_FROM) / greatest : 0;
        shape(String.format(
                Locale.ROOT,
                "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>",
                BARS_FROM,
                y + 3,
                spread.median() * scale,
                LINE - 6,
                colour));
        shape(String.format(
                Locale.ROOT,
                "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='black'/>",
                BARS_FROM + spread.least() * scale,
                BARS_FROM + spread.greatest() * scale,
                y + LINE / 2,
                y + LINE / 2));
        text(BARS_TO + 8, "start", "normal", Numbers.show(spread.median()));
    }

    private void text(int x, String anchor, String weight, String content) {
        String escaped = content.replace("&", "&amp;").replace("<", "&lt;");
        shape(String.format(
                Locale.ROOT,
                "<text x='%d' y='%d' text-anchor='%s' font-weight='%s'>%s</text>",
                x,
                y + LINE - 5,
                anchor,
                weight,
                escaped));
    }

    private void shape(String element) {
        shapes.append(element).append('\n');
    }
}
