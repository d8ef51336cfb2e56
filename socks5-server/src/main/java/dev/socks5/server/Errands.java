package dev.socks5.server;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work that may block, done on other threads. How much of it is under way, waiting or running, is bounded: it outlives the
 * connections that it is for, and so the caps on those do not bound it. Safe for use by several threads.
 */
final class Errands {

    private final Executor executor;
    private final int capacity;
    private final AtomicInteger underWay = new AtomicInteger();

    Errands(Executor executor, int capacity) {
        this.executor = executor;
        this.capacity = capacity;
    }

    /**
     * Has work done elsewhere, and its result taken on a loop.
     *
     * @param over whether nobody waits for it any more: what has not begun then is dropped, and so is its result; asked by
     *     any thread
     * @param ifItFails the result if the work throws, or there is too much under way, or the executor takes no more
     */
    <T> void run(EventLoop loop, BooleanSupplier over, Supplier<T> work, T ifItFails, Consumer<T> then) {
        boolean taken = submit(() -> {
            if (!over.getAsBoolean()) {
                T result = resultOf(work, ifItFails);
                loop.execute(() -> {
                    if (!over.getAsBoolean()) {
                        then.accept(result);
                    }
                });
            }
        });
        if (!taken) {
            then.accept(ifItFails);
        }
    }

    private static <T> T resultOf(Supplier<T> work, T ifItFails) {
        try {
            return work.get();
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("a policy failed", e);
            return ifItFails;
        }
    }

    /**
     * Has an errand done.
     *
     * @return false if there are too many, or the executor takes no more: it will never run then
     */
    boolean submit(Runnable errand) {
        if (underWay.incrementAndGet() > capacity) {
            underWay.decrementAndGet();
            return false;
        }
        try {
            executor.execute(() -> run(errand));
            return true;
        } catch (RejectedExecutionException e) {
            underWay.decrementAndGet();
            return false;
        }
    }

    private void run(Runnable errand) {
        try {
            errand.run();
        } finally {
            underWay.decrementAndGet();
        }
    }
}
