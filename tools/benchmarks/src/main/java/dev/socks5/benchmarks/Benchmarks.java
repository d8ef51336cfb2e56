package dev.socks5.benchmarks;

import dev.socks5.benchmarks.codec.CodecCommand;
import dev.socks5.benchmarks.compare.ChartCommand;
import dev.socks5.benchmarks.compare.CompareCommand;
import dev.socks5.benchmarks.compare.GssapiCommand;
import dev.socks5.benchmarks.compare.TlsCommand;
import dev.socks5.benchmarks.load.LoadCommand;
import dev.socks5.benchmarks.stall.StallCommand;
import dev.socks5.benchmarks.startup.StartUpCommand;
import dev.socks5.benchmarks.trips.RoundTripsCommand;
import dev.socks5.benchmarks.watch.WatchedCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code java -jar benchmarks.jar}: everything that this module measures. */
@Command(
        name = "benchmarks",
        description = "What the codec and the server cost, beside others.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ChartCommand.class,
            CodecCommand.class,
            CompareCommand.class,
            GssapiCommand.class,
            LoadCommand.class,
            RoundTripsCommand.class,
            StallCommand.class,
            StartUpCommand.class,
            TlsCommand.class,
            WatchedCommand.class
        })
public final class Benchmarks {

    private Benchmarks() {}

    /**
     * Runs one command.
     *
     * @param args a subcommand and its options
     */
    public static void main(String... args) {
        System.exit(new CommandLine(new Benchmarks()).execute(args));
    }
}
