package dev.socks5.server.internal.net;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory that the whole server keeps for peers that are slow to read. The less of it is left, the less is
 * read at a time, so that a crowd of stalled peers gets small parts of it and never all. If the memory is used up all
 * the same, the connection that has held most for longest is closed. Safe for use by several threads.
 */
public final class Backlog {

    /** The number of bytes that is read at a time when hardly any memory is left. */
    static final int LEAST_READ = 4 * 1024;

    /** The memory that is left has room for this many reads of the greatest size. */
    private static final int PARTS = 16;

    private final long limit;
    private final LongSupplier clock;
    private final List<Holding> holdings = new ArrayList<>();
    private volatile long held; // written with the lock
    private long leaving;

    /**
     * Makes a backlog that holds nothing.
     *
     * @param limit in bytes
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    public Backlog(long limit, LongSupplier clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** The part of the backlog that one connection holds. */
    final class Holding {

        private static final int NOT_LISTED = -1;

        private final Runnable shed;
        private long bytes;
        private long since;
        private int place = NOT_LISTED;
        private boolean leaves;

        private Holding(Runnable shed) {
            this.shed = shed;
        }

        /** Changes the amount that is held, in bytes. Others may be closed for it, or this connection. */
        void set(long amount) {
            if (amount == bytes) {
                return;
            }
            @Nullable Holding victim = change(this, amount);
            while (victim != null) {
                victim = dismiss(victim);
            }
        }
    }

    /**
     * Makes a part of the backlog, empty at first.
     *
     * @param shed closes the connection, soon; called by any thread, and again if it throws
     */
    Holding holding(Runnable shed) {
        return new Holding(shed);
    }

    /** Tells how many bytes, at most the given number, may be read now for a peer that perhaps does not take them. */
    int allowance(int most) {
        return (int) Math.max(LEAST_READ, Math.min(most, (limit - held) / PARTS));
    }

    /** Counts bytes in, unless there is no room. Nobody is closed for them. */
    public synchronized boolean reserve(int bytes) {
        if (held + bytes > limit) {
            return false;
        }
        held += bytes;
        return true;
    }

    /** Counts bytes out. */
    public synchronized void release(int bytes) {
        held -= bytes;
    }

    /** Tells how many bytes are held. */
    public long held() {
        return held;
    }

    private synchronized @Nullable Holding change(Holding holding, long bytes) {
        long more = bytes - holding.bytes;
        if (bytes > 0 && holding.place == Holding.NOT_LISTED) {
            holdings.add(holding); // First: there may be no memory for it.
            holding.place = holdings.size() - 1;
            holding.since = clock.getAsLong();
        }
        holding.bytes = bytes;
        held += more;
        if (holding.leaves) {
            leaving += more;
        }
        if (bytes == 0 && holding.place != Holding.NOT_LISTED) {
            remove(holding);
        }
        return more > 0 ? next() : null;
    }

    private void remove(Holding holding) {
        Holding last = holdings.remove(holdings.size() - 1);
        if (last != holding) {
            holdings.set(holding.place, last);
            last.place = holding.place;
        }
        holding.place = Holding.NOT_LISTED;
        holding.leaves = false;
    }

    /** Finds the connection that has to go next, or null if there is room. */
    private @Nullable Holding next() {
        if (held - leaving <= limit) {
            return null;
        }
        long now = clock.getAsLong();
        @Nullable Holding most = null;
        double greatest = -1;
        for (Holding holding : holdings) {
            double weight = holding.bytes * (double) (now - holding.since);
            if (!holding.leaves && weight > greatest) {
                greatest = weight;
                most = holding;
            }
        }
        if (most != null) {
            most.leaves = true;
            leaving += most.bytes;
        }
        return most;
    }

    /**
     * Closes a connection, and returns the one that has to go then. Without the lock, because it wakes other threads.
     */
    private @Nullable Holding dismiss(Holding victim) {
        try {
            victim.shed.run();
        } catch (Throwable e) {
            synchronized (this) {
                if (victim.leaves) {
                    victim.leaves = false;
                    leaving -= victim.bytes;
                }
            }
            throw e;
        }
        synchronized (this) {
            return next();
        }
    }
}
