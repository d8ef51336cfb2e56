package dev.socks5.benchmarks.load;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code benchmarks load}: drives one server. */
@Command(
        name = "load",
        description = "Drives any SOCKS5 server, and prints one line for each figure.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:All was measured.", "1:Something failed.", "2:The command line is wrong."})
public final class LoadCommand implements Callable<Integer> {

    private static final double NANOS = 1e9;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--server", paramLabel = "HOST:PORT", description = "The server.", converter = Address.class)
    private @Nullable InetSocketAddress server;

    @Option(names = "--login", paramLabel = "USER:PASSWORD", description = "If the server asks for one.")
    private @Nullable String login;

    @Option(names = "--pid", description = "The server's process: its CPU time and memory are reported too.")
    private @Nullable Long pid;

    @Option(names = "--seconds", description = "How long each measure counts. Default: ${DEFAULT-VALUE}.")
    private double seconds = 5;

    @Option(names = "--csv", description = "Print name,value,unit.")
    private boolean csv;

    @Option(names = "--list", description = "Print the measures' names and do nothing.")
    private boolean list;

    @Parameters(paramLabel = "MEASURE", description = "What to measure, in this order. Default: everything.")
    private List<String> names = List.of();

    /** For picocli. */
    public LoadCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = commandLine().getOut();
        if (list) {
            Measures.all().forEach(measure -> out.println(measure.name()));
            out.flush();
            return 0;
        }
        if (server == null) {
            throw wrong("--server is missing");
        }
        if (!(seconds > 0 && seconds <= 3600)) {
            throw wrong("--seconds is above 0 and at most 3600");
        }
        Target target = new Target(
                server, Optional.ofNullable(login), pid == null ? OptionalLong.empty() : OptionalLong.of(pid));
        Duration length = Duration.ofNanos((long) (seconds * NANOS));
        int failures = 0;
        for (Measure measure : measures()) {
            failures += measured(measure, target, length) ? 0 : 1;
        }
        return failures == 0 ? 0 : 1;
    }

    private List<Measure> measures() {
        try {
            return names.isEmpty()
                    ? Measures.all()
                    : names.stream().map(Measures::named).toList();
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private boolean measured(Measure measure, Target target, Duration length) {
        try {
            measure.run(target, length).forEach(this::print);
            return true;
        } catch (UnsupportedException e) {
            complain(measure, "not supported: " + e.getMessage());
            return true;
        } catch (IOException | IllegalArgumentException e) {
            complain(measure, "failed: " + e);
            return false;
        }
    }

    private void print(Figure figure) {
        String format = csv ? "\"%s\",%s,%s%n" : "%-50s %14s %s%n";
        String value = String.format(Locale.ROOT, "%.3f", figure.value());
        commandLine().getOut().printf(Locale.ROOT, format, figure.name(), value, figure.unit());
        commandLine().getOut().flush();
    }

    private void complain(Measure measure, String what) {
        commandLine().getErr().println(measure.name() + ": " + what);
        commandLine().getErr().flush();
    }

    private ParameterException wrong(@Nullable String message) {
        return new ParameterException(commandLine(), String.valueOf(message));
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private static final class Address implements ITypeConverter<InetSocketAddress> {
        @Override
        public InetSocketAddress convert(String text) {
            try {
                return Endpoint.parse(text).toInetSocketAddress();
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
