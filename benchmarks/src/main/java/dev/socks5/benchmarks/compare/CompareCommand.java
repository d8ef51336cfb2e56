package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.load.Measure;
import dev.socks5.benchmarks.load.Measures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code benchmarks compare}: our server beside others. */
@Command(
        name = "compare",
        description = "Puts the same load on our server and on others, in turns, and prints the medians as one table.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:All was measured.", "1:Something failed.", "2:The command line is wrong."})
public final class CompareCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--server",
            paramLabel = "NAME=COMMAND",
            description = "Another server; {port} in the command is where it has to listen on 127.0.0.1; repeatable.")
    private List<String> given = new ArrayList<>();

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Leave out all servers but these.")
    private List<String> only = new ArrayList<>();

    @Parameters(paramLabel = "MEASURE", description = "What to measure. Default: everything.")
    private List<String> chosen = new ArrayList<>();

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
    private Path jar = Path.of("examples/target/socks5-server.jar");

    @Option(names = "--csv", paramLabel = "FILE", description = "Also write each single figure there.")
    private Optional<Path> csv = Optional.empty();

    @Option(names = "--chart", paramLabel = "FILE", description = "Also draw the medians there, as an SVG.")
    private Optional<Path> chart = Optional.empty();

    private final List<Measure> known;

    /** With every measure there is. */
    public CompareCommand() {
        this(Measures.all());
    }

    @SuppressWarnings("NullAway.Init") // picocli gives the CommandSpec.
    CompareCommand(List<Measure> measures) {
        known = new ArrayList<>(List.of(new StartMemory()));
        known.addAll(measures);
    }

    /** Returns 1 if something failed, which the table shows. */
    @Override
    public Integer call() throws IOException {
        require(rounds > 0, "--rounds takes a positive number");
        require(seconds > 0, "--seconds takes a positive number");
        List<Measure> measures = measures();
        List<Server> servers = servers();
        Results results = measure(servers, measures);
        List<String> names = servers.stream().map(Server::name).toList();
        print(servers, new Table(results, names, KnownServers.OURS));
        if (chart.isPresent()) {
            Files.writeString(chart.get(), new Chart(results, names, KnownServers.OURS).svg());
        }
        return results.failed() ? 1 : 0;
    }

    private Results measure(List<Server> servers, List<Measure> measures) throws IOException {
        Writer file = csv.isPresent() ? Files.newBufferedWriter(csv.get()) : Writer.nullWriter();
        try (SingleFigures figures = new SingleFigures(file, spec.commandLine().getErr());
                Fleet fleet = new Fleet()) {
            return new Comparison(servers, measures, Duration.ofSeconds(seconds), figures).run(fleet, rounds);
        }
    }

    private List<Server> servers() {
        List<Server> all = new ArrayList<>(new KnownServers(javaHome, jar).installed());
        try {
            given.stream().map(Server::parse).forEach(all::add);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        List<String> names = all.stream().map(Server::name).toList();
        require(new HashSet<>(names).size() == names.size(), "two servers have the same name");
        require(names.containsAll(only), "--only takes some of: " + String.join(", ", names));
        return all.stream()
                .filter(server -> only.isEmpty() || only.contains(server.name()))
                .toList();
    }

    private List<Measure> measures() {
        try {
            return chosen.isEmpty()
                    ? known
                    : chosen.stream().distinct().map(this::named).toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Measure named(String name) {
        return known.stream()
                .filter(measure -> measure.name().equals(name))
                .findFirst()
                .orElseGet(() -> Measures.named(name));
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void print(List<Server> servers, Table table) {
        PrintWriter out = spec.commandLine().getOut();
        Machine.facts(javaHome, servers).forEach(fact -> out.println("* " + fact));
        out.println("* the median of %d rounds of %d s each (least–greatest), and × that of %s"
                .formatted(rounds, seconds, KnownServers.OURS));
        out.println();
        out.print(table.markdown());
        out.flush();
    }
}
