package dev.socks5.conformance.suite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs cases, several at a time, and those with the tag {@link Case#ALONE} one after the other at the end.
 *
 * @param opener makes what each script works with
 * @param offered what is there: offered by the program under test, or given by the user
 * @param jobs how many at a time, from 1 on
 * @param <T> what a script works with
 */
public record Runner<T extends Trial>(Trial.Opener<T> opener, Set<Feature> offered, int jobs) {

    /** Copies the features. */
    public Runner {
        offered = Set.copyOf(offered);
    }

    /**
     * Runs all of them.
     *
     * @param finished is told of each as soon as it has come out, on any thread, one at a time
     * @return the outcomes, in the order of the cases
     */
    public List<Outcome> run(List<Case<T>> cases, Consumer<Outcome> finished) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(jobs, task -> {
            Thread thread = new Thread(task, "case");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<Outcome>> together = new ArrayList<>();
            for (Case<T> one : cases) {
                together.add(isAlone(one) ? null : pool.submit(() -> run(one, finished)));
            }
            for (Future<Outcome> future : together) {
                if (future != null) {
                    outcome(future);
                }
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                Future<Outcome> future = together.get(i);
                outcomes.add(future == null ? run(cases.get(i), finished) : outcome(future));
            }
            return outcomes;
        } finally {
            pool.shutdownNow();
        }
    }

    private static boolean isAlone(Case<?> one) {
        return one.tags().contains(Case.ALONE);
    }

    private static Outcome outcome(Future<Outcome> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Outcome run(Case<T> one, Consumer<Outcome> finished) {
        Outcome outcome = run(one);
        synchronized (this) {
            finished.accept(outcome);
        }
        return outcome;
    }

    private Outcome run(Case<T> one) {
        Transcript transcript = new Transcript();
        long start = System.nanoTime();
        Feature missing = missing(one);
        if (missing != null) {
            String option = missing.option();
            return option == null
                    ? outcome(one, Verdict.NOT_OFFERED, "the program does not offer " + missing, transcript, start)
                    : outcome(one, Verdict.SKIPPED, "needs " + missing + ": " + option, transcript, start);
        }
        try (T trial = opener.open(transcript)) {
            one.script().run(trial);
            return outcome(one, Verdict.PASSED, "", transcript, start);
        } catch (Violation e) {
            return outcome(one, Verdict.FAILED, String.valueOf(e.getMessage()), transcript, start);
        } catch (NotOffered e) {
            return outcome(one, Verdict.NOT_OFFERED, String.valueOf(e.getMessage()), transcript, start);
        } catch (Exception e) {
            return outcome(one, Verdict.BROKEN, e.toString(), transcript, start);
        }
    }

    /** Returns what is not there; what the program itself lacks comes first, because no option makes up for it. */
    private @Nullable Feature missing(Case<T> one) {
        return one.needs().stream()
                .filter(feature -> !offered.contains(feature))
                .min(Comparator.comparing((Feature feature) -> feature.option() != null)
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(null);
    }

    private static Outcome outcome(Case<?> one, Verdict verdict, String reason, Transcript transcript, long start) {
        return new Outcome(one, verdict, reason, transcript.entries(), Duration.ofNanos(System.nanoTime() - start));
    }
}
