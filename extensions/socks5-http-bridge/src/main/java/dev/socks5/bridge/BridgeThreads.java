package dev.socks5.bridge;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A thread for each task, without a limit: each waits for one socket at a time. */
final class BridgeThreads {

    private static final String NAME = "socks5-bridge-";

    private BridgeThreads() {}

    /** Virtual threads where the JVM has them, else daemon threads that serve again. */
    static ExecutorService create() {
        try {
            Object ofVirtual = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            builder.getMethod("name", String.class, long.class).invoke(ofVirtual, NAME, 0L);
            ThreadFactory factory = (ThreadFactory) builder.getMethod("factory").invoke(ofVirtual);
            return (ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory);
        } catch (ReflectiveOperationException e) {
            return platformThreads(); // Not there, or a preview (Java 19 and 20) that throws unless it is enabled.
        }
    }

    /** Waits until a task has ended, or the time is over, or the bridge is being closed. */
    static void await(Future<?> task, Duration limit) {
        try {
            task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // Either way, what is left to do is to close the sockets.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ExecutorService platformThreads() {
        AtomicLong count = new AtomicLong();
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, NAME + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }
}
