package dev.socks5.server.internal.limits;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A rate limit. Its only state is the instant at which everything charged so far is paid off: if that is later than
 * now, there is debt; if it is earlier, there is credit, 50 ms worth at the most. Safe for use by several threads,
 * without a lock.
 */
public final class TokenBucket {

    /** The part of the rate that is used at a time, in nanoseconds; and the greatest credit. */
    static final long SLICE = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** In bytes: to use less at a time would cost more than it relays. */
    private static final long SMALLEST_SLICE = 256;

    private final long bytesPerSecond;
    private final LongSupplier clock;
    private final AtomicLong paidAt;

    /**
     * Makes a bucket with all the credit that there can be.
     *
     * @param bytesPerSecond the rate in bytes; positive
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    TokenBucket(long bytesPerSecond, LongSupplier clock) {
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.paidAt = new AtomicLong(clock.getAsLong() - SLICE);
    }

    /**
     * Charges bytes that have been used.
     *
     * @return the debt then, in nanoseconds; 0 or less if there is none
     */
    long charge(int bytes) {
        long now = clock.getAsLong();
        long price = bytes == 0 ? 0 : (bytes * SECOND - 1) / bytesPerSecond + 1; // rounded up
        return paidAt.updateAndGet(at -> Math.max(at - now, -SLICE) + now + price) - now;
    }

    /**
     * Tells how many bytes one user of this bucket may use at a time. It is half as many with each 50 ms of debt: the
     * more users there are, the deeper the debt is, and the less each may add to it.
     */
    int slice() {
        long debt = Math.max(0, paidAt.get() - clock.getAsLong());
        long most = (bytesPerSecond / (SECOND / SLICE)) >> Math.min(debt / SLICE, Long.SIZE - 1);
        double part = 1 - (double) (debt % SLICE) / SLICE / 2;
        return (int) Math.max(SMALLEST_SLICE, Math.min(most * part, Integer.MAX_VALUE));
    }
}
