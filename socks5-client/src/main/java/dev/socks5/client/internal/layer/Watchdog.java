package dev.socks5.client.internal.layer;

import dev.socks5.client.internal.platform.Threads;
import java.io.Closeable;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Closes a socket at a deadline that its read timeouts do not keep: under TLS, one read of ours may be many, and each
 * of them has the whole time.
 */
public final class Watchdog {

    /** Watches over nothing. */
    public static final Watchdog NONE = new Watchdog();

    /** Its thread ends when it is idle. */
    private static final class Timer {
        static final ScheduledThreadPoolExecutor POOL =
                new ScheduledThreadPoolExecutor(1, task -> Threads.daemon("socks5-timer", task));

        static {
            POOL.setRemoveOnCancelPolicy(true);
            POOL.setKeepAliveTime(5, TimeUnit.SECONDS);
            POOL.allowCoreThreadTimeOut(true);
        }
    }

    /** Becomes whether it was ended in time. */
    private final CompletableFuture<Boolean> watch = new CompletableFuture<>();

    private Watchdog() {}

    /** Begins to watch. */
    public static Watchdog over(Closeable socket, Deadline deadline) throws SocketTimeoutException {
        Watchdog watchdog = new Watchdog();
        Runnable late = () -> {
            if (watchdog.watch.complete(false)) {
                close(socket);
            }
        };
        Future<?> timer = Timer.POOL.schedule(late, deadline.remainingMillis(), TimeUnit.MILLISECONDS);
        var unused = watchdog.watch.thenRun(() -> timer.cancel(false));
        return watchdog;
    }

    /** Closes on a thread of its own: the timer's is that of all, and TLS may wait for room to say goodbye. */
    private static void close(Closeable socket) {
        Threads.daemon("socks5-deadline", () -> Closing.quietly(socket)).start();
    }

    /** Ends the watch, and says whether it has closed nothing. */
    public boolean inTime() {
        watch.complete(true);
        return watch.join();
    }
}
