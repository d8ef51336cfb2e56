package dev.socks5.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.benchmarks.compare.Results.Failure;
import dev.socks5.benchmarks.compare.Results.Row;
import dev.socks5.benchmarks.load.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublishedTableTest {

    private static final List<String> SERVERS = List.of("ours", "other", "idle");
    private static final Path DOCS = Path.of("..", "..", "docs");

    private final Results measured = new Results(List.of("speed", "udp"));

    @Test
    void isWhatWasPrinted() throws IOException {
        for (double value : new double[] {1_200, 1_100, 1_900}) {
            measured.add("ours", "speed", new Figure("speed", "MB/s", value, true));
            measured.add("other", "speed", new Figure("speed", "MB/s", value / 1_000, true));
        }
        measured.add("ours", "udp", new Figure("udp", "us", 7, false));
        measured.add(new Failure("ours", "udp", true, "it fell over"));
        measured.add(new Failure("other", "udp", false, "no UDP"));
        String printed = new Table(measured, SERVERS, "ours").markdown();

        PublishedTable read = PublishedTable.read(("# A page\n\n" + printed).lines());

        assertThat(read.servers()).isEqualTo(SERVERS);
        Row speed = read.results().rows().get(0);
        assertThat(speed.figure()).isEqualTo("speed");
        assertThat(speed.unit()).isEqualTo("MB/s");
        assertThat(speed.moreIsBetter()).isTrue();
        assertThat(read.results().spread(speed, "ours")).contains(new Spread(1_100, 1_200, 1_900, 3));
        assertThat(read.results().spread(speed, "other")).contains(new Spread(1.1, 1.2, 1.9, 3));
        assertThat(read.results().spread(speed, "idle")).isEmpty();
        assertThat(read.results().failures("ours", "udp")).hasSize(1).allMatch(Failure::supported);
        assertThat(read.results().failures("other", "udp")).hasSize(1).noneMatch(Failure::supported);
        assertThat(read.results().failures("idle", "udp")).isEmpty();
    }

    @Test
    void mayBeCutDownToSomeFigures() throws IOException {
        for (String figure : List.of("speed", "latency", "udp")) {
            measured.add("ours", figure, new Figure(figure, "us", 7, false));
        }
        PublishedTable read = PublishedTable.read(new Table(measured, SERVERS, "ours")
                .markdown()
                .replace("| 7.00 |", "| 7.00 (6.00–8.00) |")
                .lines());

        assertThat(read.only(List.of("udp", "speed")).results().rows())
                .extracting(Row::figure)
                .containsExactly("udp", "speed");
        assertThatThrownBy(() -> read.only(List.of("speed", "sound")))
                .isInstanceOf(IOException.class)
                .hasMessage("the table has no figure named sound");
        assertThatThrownBy(() -> PublishedTable.read(Stream.of("| another | table |")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("no table");
    }

    /** Its figures are those of the table, and nobody has touched it. */
    @Test
    void thePictureOnThePageIsDrawnFromItsTable() throws IOException {
        assertThat(DOCS.resolve("performance.svg")).hasContent(ChartCommand.draw(DOCS.resolve("performance.md")));
    }
}
