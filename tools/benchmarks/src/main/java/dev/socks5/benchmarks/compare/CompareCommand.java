package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.load.Measure;
import dev.socks5.benchmarks.load.Measures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Leave out all servers except these.")
    private List<String> only = new ArrayList<>();

    @Parameters(paramLabel = "MEASURE", description = "What to measure. Default: everything.")
    private List<String> chosen = new ArrayList<>();

    @Mixin
    private RunOptions options;

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
        options.check(spec.commandLine());
        List<Measure> measures = measures();
        List<Server> servers = servers();
        Results results = options.run(spec.commandLine(), servers, measures);
        if (chart.isPresent()) {
            List<String> names = servers.stream().map(Server::name).toList();
            Files.writeString(chart.get(), new Chart(results, names, KnownServers.OURS).svg());
        }
        return results.failed() ? 1 : 0;
    }

    private List<Server> servers() {
        List<Server> all = new ArrayList<>(new KnownServers(options.javaHome(), options.jar()).installed());
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
        RunOptions.require(spec.commandLine(), condition, message);
    }
}
