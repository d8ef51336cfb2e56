package dev.socks5.client.internal.dial;

import java.io.Closeable;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Closes a socket at a deadline that its read timeouts do not keep: under TLS, one read of ours may be many, and each
 * of them has the whole time. Waits in the JDK's timer.
 */
final class Watchdog {

    /** Watches over nothing. */
    static final Watchdog NONE = new Watchdog();

    private final CompletableFuture<Void> watch = new CompletableFuture<>();

    private Watchdog() {}

    /** Begins to watch. */
    static Watchdog over(Closeable socket, Deadline deadline) throws SocketTimeoutException {
        Watchdog watchdog = new Watchdog();
        var unused = watchdog.watch
                .orTimeout(deadline.remainingMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, late) -> {
                    if (late != null) {
                        close(socket);
                    }
                });
        return watchdog;
    }

    /** Closes on a thread of its own: the timer's is everybody's, and TLS may wait for room to say goodbye. */
    private static void close(Closeable socket) {
        Threads.daemon("socks5-deadline", () -> Closing.quietly(socket)).start();
    }

    /** Ends the watch, and says whether it has closed nothing. */
    boolean inTime() {
        watch.complete(null);
        return !watch.isCompletedExceptionally();
    }
}
