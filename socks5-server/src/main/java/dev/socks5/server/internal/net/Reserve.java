package dev.socks5.server.internal.net;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps memory for the moment at which there is none, because to close a connection and to log that takes a little.
 * Safe for use by several threads.
 */
public final class Reserve {

    private static final int SIZE = 64 * 1024;
    private static final byte[] NONE = {};

    /** The time for which memory is left to others once it was short. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier clock;
    private volatile byte[] memory = new byte[SIZE];
    private volatile long releasedAt;

    /**
     * Takes the memory.
     *
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    public Reserve(LongSupplier clock) {
        this.clock = clock;
    }

    /** Gives the memory back if a failure says that there is too little. */
    public void release(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            memory = NONE;
            releasedAt = clock.getAsLong();
        }
    }

    /** Takes the memory again, a while after it was given back. */
    void restore() {
        if (memory.length == 0 && clock.getAsLong() - releasedAt > PAUSE) {
            releasedAt = clock.getAsLong(); // If this fails, the next attempt is a while later.
            memory = new byte[SIZE];
        }
    }
}
