package dev.socks5.schedules;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Threads that do one thing each, all at the same time. */
public final class Race {

    private static final long PATIENCE = TimeUnit.SECONDS.toMillis(10);
    private static final int LONGEST_WAIT = 1000;

    private static Random waits = new Random(0);

    private Race() {}

    /** Begins a round without a schedule: what the threads wait for at their start is drawn from these numbers. */
    static void begin(Random random) {
        waits = random;
    }

    /** Runs all of them, and throws what the first of them has thrown. */
    public static void of(Scenario... actions) throws Exception {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(actions.length);
        for (Scenario action : actions) {
            Scenario start = Schedules.areControlled() ? () -> {} : meeting(ready, waits.nextInt(LONGEST_WAIT));
            threads.add(new Thread(() -> run(start, action, failures), "racer-" + threads.size()));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            join(thread);
        }
        Throwable failure = failures.poll();
        if (failure != null) {
            throw new AssertionError(failure.toString(), failure);
        }
    }

    /** Fails unless it is so. Assertions with more words in them have fields of their own, which are steps to Fray. */
    public static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** Lets threads end, and waits for that. */
    public static void end(ExecutorService threads) throws InterruptedException {
        threads.shutdown();
        boolean ended = false;
        while (!ended) {
            ended = threads.awaitTermination(PATIENCE, TimeUnit.MILLISECONDS);
            // To Fray the time may be up at any moment.
            require(ended || Schedules.areControlled(), "threads are stuck");
        }
    }

    private static void run(Scenario start, Scenario action, Queue<Throwable> failures) {
        try {
            start.run();
            action.run();
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    private static Scenario meeting(CountDownLatch ready, int turns) {
        return () -> {
            ready.countDown();
            ready.await();
            for (int i = 0; i < turns; i++) {
                Thread.onSpinWait();
            }
        };
    }

    private static void join(Thread thread) throws InterruptedException {
        if (Schedules.areControlled()) {
            thread.join(); // A deadlock is found as such.
            return;
        }
        thread.join(PATIENCE);
        if (thread.isAlive()) {
            AssertionError stuck = new AssertionError(thread.getName() + " is stuck");
            stuck.setStackTrace(thread.getStackTrace());
            thread.interrupt();
            throw stuck;
        }
    }
}
