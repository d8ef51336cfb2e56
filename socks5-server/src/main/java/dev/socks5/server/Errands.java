package dev.socks5.server;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

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
