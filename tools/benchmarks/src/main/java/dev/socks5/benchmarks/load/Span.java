package dev.socks5.benchmarks.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What happened between two instants of a load that is running steadily: nothing of setting up or tearing down.
 *
 * @param seconds between the two
 * @param count how much was done, in the unit of the load
 * @param cpuSeconds of the server, if its process is known
 */
public record Span(double seconds, long count, OptionalDouble cpuSeconds) {

    /**
     * Measures.
     *
     * @param load what is running
     * @param counters of all that takes part
     * @param length how long
     * @return what happened
     * @throws IOException if the load failed, or one of those that take part stands still
     */
    public static Span of(Load load, Collection<AtomicLong> counters, Duration length) throws IOException {
        Optional<Duration> cpuBefore = cpu(load);
        long before = sum(counters);
        long start = System.nanoTime();
        load.pause(length);
        long nanos = System.nanoTime() - start;
        long count = sum(counters) - before;
        Optional<Duration> cpuAfter = cpu(load);
        if (count == 0) {
            throw new IOException("the server stalled: nothing happened for " + length.toMillis() + " ms");
        }
        requireProgress(load, counters);
        OptionalDouble cpu = cpuBefore.isPresent() && cpuAfter.isPresent()
                ? OptionalDouble.of(cpuAfter.get().minus(cpuBefore.get()).toNanos() / 1e9)
                : OptionalDouble.empty();
        return new Span(nanos / 1e9, count, cpu);
    }

    /** Sixteen tunnels of which one has got stuck are fifteen: each has to move again. */
    private static void requireProgress(Load load, Collection<AtomicLong> counters) throws IOException {
        long deadline = load.deadline(counters.size());
        for (AtomicLong counter : counters) {
            long before = counter.get();
            load.until(deadline, () -> counter.get() > before, "a tunnel that was open");
        }
    }

    private static Optional<Duration> cpu(Load load) throws IOException {
        Optional<ServerProcess> process = load.process();
        return process.isPresent() ? Optional.of(process.get().cpu()) : Optional.empty();
    }

    private static long sum(Collection<AtomicLong> counters) {
        return counters.stream().mapToLong(AtomicLong::get).sum();
    }

    /**
     * How much was done in each second.
     *
     * @return in the unit of the load
     */
    public double perSecond() {
        return count / seconds;
    }

    /**
     * A rate, and the CPU time for so much of what was done.
     *
     * @param name what was measured
     * @param rate the rate, greater ones being better
     * @param unit its unit
     * @param cpuUnit of the CPU time, for example {@code CPU us/exchange}
     * @param cpuFactor what CPU seconds for each one done are multiplied by
     * @return one figure, or two if the process is known
     */
    public List<Figure> figures(String name, double rate, String unit, String cpuUnit, double cpuFactor) {
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure(name, unit, rate, true));
        cpuSeconds.ifPresent(cpu -> figures.add(new Figure(name + ", CPU", cpuUnit, cpu / count * cpuFactor, false)));
        return figures;
    }
}
