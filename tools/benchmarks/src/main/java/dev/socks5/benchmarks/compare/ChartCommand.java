package dev.socks5.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code benchmarks chart}: the most important figures of a table, as a picture. */
@Command(
        name = "chart",
        description = "Draws the most important figures of a table that compare has printed, as an SVG.",
        mixinStandardHelpOptions = true)
public final class ChartCommand implements Callable<Integer> {

    /** What is asked first, and from each kind of measure at least one; also those in which others are ahead. */
    static final List<String> FIGURES = List.of(
            "connections, 32 at a time",
            "connections, 32 at a time, CPU",
            "exchanges, 64 tunnels",
            "latency p99, 64 tunnels",
            "download, 16 tunnels",
            "download, 16 tunnels, CPU",
            "upload, 16 tunnels",
            "datagrams of 64 bytes",
            "memory, 9800 tunnels idle",
            "resident memory at start");

    @Parameters(paramLabel = "PAGE", description = "A page with the table in Markdown; the first one counts.")
    private Path page;

    @Parameters(paramLabel = "SVG", description = "Where the picture goes.")
    private Path svg;

    /** For picocli. */
    @SuppressWarnings("NullAway.Init") // picocli gives the parameters.
    public ChartCommand() {}

    @Override
    public Integer call() throws IOException {
        Files.writeString(svg, draw(page));
        return 0;
    }

    static String draw(Path page) throws IOException {
        try (Stream<String> lines = Files.lines(page)) {
            PublishedTable table = PublishedTable.read(lines).only(FIGURES);
            return new Chart(table.results(), table.servers(), KnownServers.OURS).svg();
        }
    }
}
