package dev.socks5.server.internal.limits;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The bytes that one user may relay in a period. A period begins with the first byte after the end of the one before.
 * Whoever relays asks first and charges afterwards, so that those who do so at the same moment on several loops may use
 * a little more, each {@link #MOST_AT_ONCE} at the most. Safe for use by several threads.
 */
public final class Quota {

    /** The most that is granted at a time, in bytes. */
    static final int MOST_AT_ONCE = 64 * 1024;

    /**
     * What each user is granted.
     *
     * @param bytes of both directions together; 0 for no limit
     * @param period in nanoseconds
     */
    public record Grant(long bytes, long period) {

        /** No limit. */
        public static final Grant UNLIMITED = new Grant(0, 0);
    }

    private final Supplier<Grant> grant;
    private final LongSupplier clock;
    private boolean begun; // guarded by this, as the rest is
    private long begunAt;
    private long used;

    /**
     * Makes the quota of a user who has used nothing.
     *
     * @param grant asked each time, because it may change
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    Quota(Supplier<Grant> grant, LongSupplier clock) {
        this.grant = grant;
        this.clock = clock;
    }

    /** Returns how many bytes may be relayed next; 0 if all are used, {@link Integer#MAX_VALUE} without a limit. */
    public int next() {
        Grant granted = grant.get();
        return granted.bytes() == 0 ? Integer.MAX_VALUE : next(granted);
    }

    private synchronized int next(Grant granted) {
        long left = isOver(granted) ? granted.bytes() : granted.bytes() - used;
        return (int) Math.max(0, Math.min(left, MOST_AT_ONCE));
    }

    public boolean isUsed() {
        return next() == 0;
    }

    /** Charges bytes that are relayed. */
    public void charge(int bytes) {
        Grant granted = grant.get();
        if (granted.bytes() != 0 && bytes > 0) {
            charge(granted, bytes);
        }
    }

    private synchronized void charge(Grant granted, int bytes) {
        if (isOver(granted)) {
            begun = true;
            begunAt = clock.getAsLong();
            used = 0;
        }
        used += bytes;
    }

    /** Whether the period is over that has begun last. */
    private boolean isOver(Grant granted) {
        return !begun || clock.getAsLong() - begunAt >= granted.period();
    }
}
