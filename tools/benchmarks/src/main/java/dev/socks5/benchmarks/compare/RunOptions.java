package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.load.Measure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How servers are compared, and where the figures go. */
final class RunOptions {

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each measure is run. Default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long each run measures, after it has warmed up. Default: ${DEFAULT-VALUE}.")
    private int seconds = 3;

    @Option(
            names = "--java",
            paramLabel = "HOME",
            description = "The JVM for the servers in Java. Default: the one that runs this.")
    private Path javaHome = Path.of(System.getProperty("java.home"));

    @Option(names = "--jar", paramLabel = "FILE", description = "Our server. Default: ${DEFAULT-VALUE}.")
    private Path jar = Path.of("tools/socks5-proxy/target/socks5-server.jar");

    @Option(names = "--csv", paramLabel = "FILE", description = "Also write each single figure there.")
    private Optional<Path> csv = Optional.empty();

    Path javaHome() {
        return javaHome;
    }

    Path jar() {
        return jar;
    }

    void check(CommandLine commandLine) {
        require(commandLine, rounds > 0, "--rounds takes a positive number");
        require(commandLine, seconds > 0, "--seconds takes a positive number");
    }

    static void require(CommandLine commandLine, boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(commandLine, message);
        }
    }

    /** Compares, and prints the table. */
    Results run(CommandLine commandLine, List<Server> servers, List<Measure> measures) throws IOException {
        Results results = measure(commandLine, servers, measures);
        print(commandLine.getOut(), servers, results);
        return results;
    }

    private Results measure(CommandLine commandLine, List<Server> servers, List<Measure> measures) throws IOException {
        Writer file = csv.isPresent() ? Files.newBufferedWriter(csv.get()) : Writer.nullWriter();
        try (SingleFigures figures = new SingleFigures(file, commandLine.getErr());
                Fleet fleet = new Fleet()) {
            return new Comparison(servers, measures, Duration.ofSeconds(seconds), figures).run(fleet, rounds);
        }
    }

    private void print(PrintWriter out, List<Server> servers, Results results) {
        Machine.facts(javaHome, servers).forEach(fact -> out.println("* " + fact));
        out.println("* the median of %d rounds of %d s each (least–greatest), and × that of %s"
                .formatted(rounds, seconds, KnownServers.OURS));
        out.println();
        List<String> names = servers.stream().map(Server::name).toList();
        out.print(new Table(results, names, KnownServers.OURS).markdown());
        out.flush();
    }
}
