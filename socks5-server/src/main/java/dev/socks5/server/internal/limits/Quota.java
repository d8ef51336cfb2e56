package dev.socks5.server.internal.limits;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

    /** The bytes that are used in a period. */
    private static final class Period extends AtomicLong {
        private static final long serialVersionUID = 1;

        private final long begunAt;

        private Period(long begunAt) {
            this.begunAt = begunAt;
        }
    }

    private final Supplier<Grant> grant;
    private final LongSupplier clock;
    private final AtomicReference<@Nullable Period> latest = new AtomicReference<>();

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
        if (granted.bytes() == 0) {
            return Integer.MAX_VALUE;
        }
        Period period = open(granted, latest.get());
        long left = granted.bytes() - (period == null ? 0 : period.get());
        return (int) Math.max(0, Math.min(left, MOST_AT_ONCE));
    }

    public boolean isUsed() {
        return next() == 0;
    }

    /** Charges bytes that are relayed. */
    public void charge(int bytes) {
        Grant granted = grant.get();
        if (granted.bytes() != 0 && bytes > 0) {
            current(granted).addAndGet(bytes);
        }
    }

    /** Returns the period of now. Of several threads that find it over, one begins the next. */
    private Period current(Grant granted) {
        Period last = latest.get();
        Period period = open(granted, last);
        if (period != null) {
            return period;
        }
        Period next = new Period(clock.getAsLong());
        Period found = latest.compareAndExchange(last, next);
        return found == null || found == last ? next : found;
    }

    /** Returns a period unless it is over, and {@code null} otherwise. */
    private @Nullable Period open(Grant granted, @Nullable Period period) {
        return period == null || clock.getAsLong() - period.begunAt >= granted.period() ? null : period;
    }
}
