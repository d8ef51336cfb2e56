package dev.socks5.client.internal.layer;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sets the moment at which everything up to the end of a handshake must be done, however many steps it takes.
 *
 * @param limit how long it was ahead when it was set
 * @param nanoTime the moment, as {@link System#nanoTime()} counts
 */
public record Deadline(Duration limit, long nanoTime) implements Comparable<Deadline> {

    /** The longest limit that sockets know. */
    public static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    /**
     * Checks a limit that a user gives: sockets know no longer one.
     *
     * @param name begins the message of the exception
     * @throws IllegalArgumentException if it is not positive, or longer than {@link Integer#MAX_VALUE} milliseconds
     */
    public static Duration requireInRange(Duration limit, String name) {
        if (limit.isNegative() || limit.isZero() || limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is positive and at most 24 days: " + limit);
        }
        return limit;
    }

    /** Sets a deadline that is {@code limit} ahead. */
    public static Deadline after(Duration limit) {
        return after(limit, System.nanoTime());
    }

    /** Sets a deadline that is {@code limit} ahead of a time. */
    public static Deadline after(Duration limit, long now) {
        return new Deadline(limit, now + limit.toNanos());
    }

    /** Gives the time that is left, rounded up: never 0, which sockets take for "no limit". */
    public int remainingMillis() throws SocketTimeoutException {
        long nanos = nanosLeft();
        if (nanos <= 0) {
            throw new SocketTimeoutException("time is up");
        }
        return Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1);
    }

    /** Throws what says that time is up, if it is. */
    public void requireTime() throws SocketTimeoutException {
        var unused = remainingMillis();
    }

    /** Gives the time that is left; not positive once it is over. */
    public long nanosLeft() {
        return nanosLeft(System.nanoTime());
    }

    /** Gives the time that is left at a time. */
    public long nanosLeft(long now) {
        return nanoTime - now;
    }

    /** Orders deadlines by time, the sooner first. */
    @Override
    public int compareTo(Deadline other) {
        return Long.signum(nanoTime - other.nanoTime); // Not Long.compare: the clock may overflow.
    }
}
