package dev.socks5.benchmarks.watch;

import dev.socks5.benchmarks.watch.WatchedServer.Look;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code benchmarks watched}: a server for {@code compare}, to see what it costs to watch one. */
@Command(
        name = "watched",
        description = "Runs our server on 127.0.0.1 until it is told to end, lists its sessions at an interval, and has"
                + " it report on those that move.",
        mixinStandardHelpOptions = true)
public final class WatchedCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PORT", description = "Where it listens.")
    private int port;

    @Option(names = "--every", paramLabel = "MS", description = "The interval. Default: ${DEFAULT-VALUE}.")
    private int millis = 1_000;

    @Option(names = "--figures", paramLabel = "FILE", description = "Write there how long each list took.")
    private Optional<Path> figures = Optional.empty();

    /** For picocli. */
    @SuppressWarnings("NullAway.Init") // picocli gives the CommandSpec.
    public WatchedCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = figures.isPresent()
                ? new PrintWriter(Files.newBufferedWriter(figures.get()))
                : spec.commandLine().getOut();
        out.println("\"sessions\",\"microseconds\",\"told\"");
        out.flush();
        try (out;
                WatchedServer server = new WatchedServer(port, Duration.ofMillis(millis), look -> print(out, look))) {
            spec.commandLine().getErr().println("listening on " + server.address());
            new CountDownLatch(1).await(); // A signal ends the process.
        }
        return 0;
    }

    private static void print(PrintWriter out, Look look) {
        out.println(look.sessions() + "," + look.nanos() / 1_000 + "," + look.told());
        out.flush();
    }
}
