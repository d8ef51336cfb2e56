package dev.socks5.proxy;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets a number of lines a second through, and counts the others. Safe for use by several threads. */
final class LineLimit {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private final LongSupplier nanoTime;
    private long since;
    private int passed;
    private long skipped;
    private long due;

    LineLimit(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** Whether one more may be written now; one that may not is counted. */
    synchronized boolean admits() {
        startAnewIfOver();
        if (passed < perSecond) {
            passed++;
            return true;
        }
        skipped++;
        return false;
    }

    /** How many were skipped in seconds that are over, and have not been told yet. */
    synchronized long takeSkipped() {
        startAnewIfOver();
        long count = due;
        due = 0;
        return count;
    }

    /** The same, and those of this second. */
    synchronized long takeAllSkipped() {
        due += skipped;
        skipped = 0;
        return takeSkipped();
    }

    private void startAnewIfOver() {
        long now = nanoTime.getAsLong();
        if (now - since >= SECOND) {
            since = now;
            passed = 0;
            due += skipped;
            skipped = 0;
        }
    }
}
