package dev.socks5.simulation;

import dev.socks5.simulation.Simulation.Failure;
import dev.socks5.simulation.network.Fault;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Plays many runs, on several threads side by side, until one fails or there were enough sessions. */
final class Simulate {

    private final AtomicLong nextSeed;

    private final AtomicLong sessions = new AtomicLong();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final long enough;

    private Simulate(long firstSeed, long enough) {
        this.nextSeed = new AtomicLong(firstSeed);
        this.enough = enough;
    }

    /**
     * The sum of all runs.
     *
     * @param failure the first that was seen; {@code null} if there was none
     * @param virtualNanos the time that has passed in all runs together
     */
    record Result(
            long runs,
            long sessions,
            long events,
            long virtualNanos,
            Map<Fault, Long> injected,
            @Nullable Failure failure,
            double seconds) {

        String summary() {
            return "%d sessions in %d runs, %d events, %.0f virtual hours, in %.1f s: %.0f sessions a second%n%s"
                    .formatted(sessions, runs, events, virtualNanos / 3.6e12, seconds, sessions / seconds, injected);
        }
    }

    /** Plays fresh runs, beginning with one seed, until there were enough sessions. */
    static Result play(long firstSeed, long enough, int threads) throws InterruptedException {
        long begun = System.nanoTime();
        Simulate all = new Simulate(firstSeed, enough);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<Simulation>> parts = new ArrayList<>();
        @Nullable Failure first = null;
        Map<Fault, Long> injected = new EnumMap<>(Fault.class);
        long runs = 0;
        long sessions = 0;
        long events = 0;
        long nanos = 0;
        try {
            List<Failure> failures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                parts.add(executor.submit(() -> all.part(failures)));
            }
            for (Future<Simulation> part : parts) {
                Simulation its = part.get();
                runs += its.runs;
                sessions += its.sessions;
                events += its.events;
                nanos += its.nanos;
                its.injected.forEach((fault, count) -> injected.merge(fault, count, Long::sum));
            }
            first = failures.isEmpty() ? null : failures.get(0);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } finally {
            executor.shutdownNow();
        }
        return new Result(runs, sessions, events, nanos, injected, first, (System.nanoTime() - begun) / 1e9);
    }

    private Simulation part(List<Failure> failures) {
        Simulation simulation = new Simulation();
        while (!failed.get() && sessions.get() < enough) {
            Plan plan = Plan.of(nextSeed.getAndIncrement());
            sessions.addAndGet(plan.visits().size());
            @Nullable Failure failure = simulation.play(plan);
            if (failure != null && failed.compareAndSet(false, true)) {
                failures.add(failure);
            }
        }
        return simulation;
    }

    /** Describes a failure: its seed, what it has shown, and the smallest run that shows it as well, drawn. */
    static String report(Failure failure) {
        Failure small = Shrinker.shrink(failure, new Simulation()::play);
        return "seed %d: %s%nreplay with -Dsimulation.seed=%d%n%nThe smallest run that was found:%n%s%n%s%n%n%s"
                .formatted(
                        failure.plan().seed(),
                        failure.violation().getMessage(),
                        failure.plan().seed(),
                        small.violation().getMessage(),
                        small.plan(),
                        Run.draw(small.plan()));
    }

    /** Arguments: the first seed, how many sessions, how many threads. With a seed alone, its run is drawn. */
    public static void main(String[] args) throws InterruptedException {
        long seed = Long.parseLong(args[0]);
        if (args.length == 1) {
            Plan plan = Plan.of(seed);
            @Nullable Failure failure = new Simulation().play(plan);
            System.out.println(failure == null ? Run.draw(plan) : report(failure));
            return;
        }
        Result result = play(seed, Long.parseLong(args[1]), args.length > 2 ? Integer.parseInt(args[2]) : 1);
        System.out.println(result.summary());
        if (result.failure() != null) {
            System.out.println(report(result.failure()));
            System.exit(1);
        }
    }
}
