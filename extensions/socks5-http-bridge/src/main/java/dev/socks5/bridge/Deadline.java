package dev.socks5.bridge;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The moment at which something must have come, however many reads that takes.
 *
 * @param nanoTime the moment, as {@link System#nanoTime()} counts
 */
record Deadline(long nanoTime) {

    /** Sets a deadline that is {@code limit} ahead. */
    static Deadline after(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** Gives the time that is left, rounded up: never 0, which sockets take for "no limit". */
    int remainingMillis() throws SocketTimeoutException {
        long nanos = nanoTime - System.nanoTime();
        if (nanos <= 0) {
            throw new SocketTimeoutException("time is up");
        }
        return Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1);
    }
}
