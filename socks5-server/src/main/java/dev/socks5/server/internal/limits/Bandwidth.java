package dev.socks5.server.internal.limits;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells how much one reader, such as one direction of a tunnel, may read: within a {@link TokenBucket} of its own, or
 * one that it shares with others, or both. It reads a slice, in as many reads as it takes, and then pauses until the
 * debt is paid, for 50 ms at least. So it is woken twenty times a second at the most; those who share a bucket have
 * equal parts of it; and one that reads less than its part is hardly ever made to pause.
 *
 * <p>A burst is 100 ms worth: the credit and a slice. Where many share a bucket it grows slowly with their number, to
 * about 500 ms worth for a thousand of them.
 *
 * <p>Used by the loop's thread alone.
 */
public final class Bandwidth {

    private final @Nullable TokenBucket own;
    private final @Nullable TokenBucket shared;
    private int used;

    private Bandwidth(@Nullable TokenBucket own, @Nullable TokenBucket shared) {
        this.own = own;
        this.shared = shared;
    }

    /**
     * Makes the bandwidth of one reader.
     *
     * @param bytesPerSecond the bytes that it may read by itself; 0 for no limit
     * @param shared the bucket that it shares with others; {@code null} for none
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     * @return {@code null} if there is no limit at all
     */
    public static @Nullable Bandwidth of(long bytesPerSecond, @Nullable TokenBucket shared, LongSupplier clock) {
        @Nullable TokenBucket own = bytesPerSecond == 0 ? null : new TokenBucket(bytesPerSecond, clock);
        return own == null && shared == null ? null : new Bandwidth(own, shared);
    }

    /** Tells how many bytes it may read next, at the most. Positive. */
    int next() {
        return Math.max(1, slice() - used);
    }

    /**
     * Charges bytes that have been read.
     *
     * @return the nanoseconds for which it has to pause now; 0 for none
     */
    long charge(int bytes) {
        long debt = Math.max(own == null ? 0 : own.charge(bytes), shared == null ? 0 : shared.charge(bytes));
        used += bytes;
        if (used < slice()) {
            return 0;
        }
        used = 0;
        return debt <= 0 ? 0 : Math.max(debt, TokenBucket.SLICE);
    }

    private int slice() {
        return Math.min(
                own == null ? Integer.MAX_VALUE : own.slice(), shared == null ? Integer.MAX_VALUE : shared.slice());
    }
}
