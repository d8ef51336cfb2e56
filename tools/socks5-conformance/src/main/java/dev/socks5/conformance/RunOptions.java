package dev.socks5.conformance;

import dev.socks5.conformance.report.Report;
import dev.socks5.conformance.report.Side;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Runner;
import dev.socks5.conformance.suite.Trial;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every run, for either side. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class RunOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private Selection selection;

    @Option(names = "--slow", description = "Also the cases that wait for a time limit of the program under test.")
    private boolean slow;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description = "How many times longer than usual to wait for an answer (5 s); more for slow machines.")
    private double factor = 1;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many cases run at a time. Default: ${DEFAULT-VALUE}.")
    private int jobs = 8;

    @Mixin
    private Outputs outputs;

    Patience patience() {
        return Patience.usual(factor);
    }

    /**
     * Checks the options, before anything is done.
     *
     * @return the cases that are chosen
     */
    <T> List<Case<T>> begin(List<Case<T>> all, CommandLine commandLine) {
        if (jobs < 1) {
            throw new ParameterException(commandLine, "--jobs is at least 1");
        }
        if (!(factor > 0 && factor <= 1000)) {
            throw new ParameterException(commandLine, "--patience is a positive number, up to 1000");
        }
        outputs.check(commandLine);
        List<Case<T>> chosen = selection.of(all);
        if (chosen.isEmpty()) {
            throw new ParameterException(
                    commandLine, "no case is chosen by --only, --level and --tags; the command list has all of them");
        }
        return chosen;
    }

    /**
     * Runs cases.
     *
     * @param most how many at a time, whatever the user says
     */
    <T extends Trial> Report run(
            Side side, String target, List<Case<T>> cases, Set<Feature> offered, Trial.Opener<T> opener, int most)
            throws InterruptedException {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        features.addAll(offered);
        if (slow) {
            features.add(Feature.SLOW);
        }
        Instant started = Instant.now();
        long start = System.nanoTime();
        List<Outcome> outcomes =
                new Runner<>(opener, features, Math.min(jobs, most)).run(cases, progress(cases.size()));
        return new Report(
                Version.number(),
                side,
                target,
                outputs.program(),
                started.truncatedTo(ChronoUnit.SECONDS),
                Duration.ofNanos(System.nanoTime() - start),
                outcomes);
    }

    /**
     * Writes a report.
     *
     * @return the exit status
     */
    int write(Report report) throws IOException {
        outputs.write(report, spec.commandLine());
        return report.status();
    }

    /** Counts on a terminal, and is silent elsewhere. */
    private Consumer<Outcome> progress(int all) {
        if (!outputs.color()) {
            return outcome -> {};
        }
        AtomicInteger done = new AtomicInteger();
        return outcome -> {
            int count = done.incrementAndGet();
            System.err.print("\r" + (count < all ? count + " of " + all : "\u001b[K"));
            System.err.flush();
        };
    }
}
