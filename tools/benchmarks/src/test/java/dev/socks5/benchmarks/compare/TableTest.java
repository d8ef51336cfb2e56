package dev.socks5.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.benchmarks.compare.Results.Failure;
import dev.socks5.benchmarks.load.Figure;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

@Timeout(60)
class TableTest {

    private static final List<String> SERVERS = List.of("ours", "b & <c>");

    private final Results results = new Results(List.of("speed", "udp"));

    @Test
    void cellsHaveMedianSpreadAndRatio() {
        add("ours", 100, 200, 120);
        add("b & <c>", 60, 50, 90);

        assertThat(table()).isEqualTo("""
                        | figure | unit | better | ours | b & <c> |
                        |---|---|---|---|---|
                        | speed, 1 | MB/s | more | 120 (100–200) | 60.0 (50.0–90.0) ×0.50 |
                        | udp |  | more | – | – |
                        """);
    }

    @Test
    void aFailureIsSeenAndTheFiguresOfOtherRoundsAreNot() {
        add("ours", 100);
        add("b & <c>", 60, 50);
        results.add(new Failure("b & <c>", "speed", true, "it fell over"));

        assertThat(table())
                .contains("| speed, 1 | MB/s | more | 100 | **failed** in 1 of 3 |\n")
                .endsWith("\n\n* b & <c>, speed: it fell over\n");
    }

    @Test
    void thereIsNoRatioToAServerThatFailed() {
        add("ours", 100);
        add("b & <c>", 60);
        results.add(new Failure("ours", "speed", true, "it fell over"));

        assertThat(table()).contains("| **failed** in 1 of 2 | 60.0 |\n");
    }

    @Test
    void aMeasureWithoutAnyFigureHasALineToo() {
        results.add(new Failure("ours", "udp", true, "lost"));
        results.add(new Failure("b & <c>", "udp", false, "no UDP"));

        assertThat(table())
                .contains("| udp |  | more | **failed** in 1 of 1 | not supported |\n", "* ours, udp: lost\n");
    }

    @Test
    void theChartHasABarForEachMedian() throws Exception {
        add("ours", 100, 200, 120);
        add("b & <c>", 60, 50, 90);

        Document svg = chart();

        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(2);
        assertThat(widthOfBar(svg, 1) / widthOfBar(svg, 0)).isBetween(0.499, 0.501);
        assertThat(svg.getDocumentElement().getTextContent())
                .contains("speed, 1", "MB/s, more is better", "b & <c>", "120", "60.0");
    }

    @Test
    void theChartHasNoBarForAFailure() throws Exception {
        add("ours", 100);
        results.add(new Failure("b & <c>", "speed", true, "it fell over"));

        Document svg = chart();

        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(1);
        assertThat(svg.getDocumentElement().getTextContent()).contains("no figure");
    }

    private void add(String server, double... values) {
        for (double value : values) {
            results.add(server, "speed", new Figure("speed, 1", "MB/s", value, true));
        }
    }

    private String table() {
        return new Table(results, SERVERS, "ours").markdown();
    }

    private Document chart() throws Exception {
        String svg = new Chart(results, SERVERS, "ours").svg();
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static double widthOfBar(Document svg, int index) {
        return Double.parseDouble(svg.getElementsByTagName("rect")
                .item(index)
                .getAttributes()
                .getNamedItem("width")
                .getNodeValue());
    }
}
