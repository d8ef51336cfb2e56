package dev.socks5.bridge;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A bridge's log: a few lines a minute, and how many there would have been. Never fails. */
final class BridgeLog {

    static final int LINES = 10;
    static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Logger LOG = System.getLogger(BridgeLog.class.getPackageName());

    private final LongSupplier nanoTime;
    private final Consumer<String> lines;
    private final ReentrantLock lock = new ReentrantLock();
    private long windowStart;
    private int count;
    private long dropped;

    BridgeLog() {
        this(System::nanoTime, line -> LOG.log(Level.WARNING, line));
    }

    BridgeLog(LongSupplier nanoTime, Consumer<String> lines) {
        this.lines = lines;
        this.nanoTime = nanoTime;
        this.windowStart = nanoTime.getAsLong();
    }

    void warn(String message) {
        long before;
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (now - windowStart >= WINDOW_NANOS) {
                windowStart = now;
                count = 0;
            }
            if (count == LINES) {
                dropped++;
                return;
            }
            count++;
            before = dropped;
            dropped = 0;
        } finally {
            lock.unlock();
        }
        try {
            lines.accept(before == 0 ? message : message + " (lines left out before: " + before + ")");
        } catch (RuntimeException | Error e) {
            // There is nobody to tell.
        }
    }
}
