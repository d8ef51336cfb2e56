package dev.socks5.server.internal.net;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The deadlines of one event loop: a binary heap whose entries know their place in it. Moving or cancelling one is as
 * cheap as setting it, and nothing that has ended is kept. Used by the loop's thread alone.
 */
public final class Timers {

    private static final int NOT_SET = -1;

    /**
     * The time after which an action that has failed is tried again: perhaps nothing else would end the connection that
     * it is for.
     */
    static final long RETRY = TimeUnit.MILLISECONDS.toNanos(500);

    /** The longest time that nanoseconds can count; nobody waits longer. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final LongSupplier clock;
    private final List<Timer> heap = new ArrayList<>();

    /**
     * Makes an empty set of timers.
     *
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    Timers(LongSupplier clock) {
        this.clock = clock;
    }

    /** Converts a time limit to nanoseconds. */
    public static long nanos(Duration limit) {
        return limit.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : limit.toNanos();
    }

    /** An action and, once it is set, the time for it. */
    public final class Timer {
        private final Runnable action;
        private long at;
        private int slot = NOT_SET;

        private Timer(Runnable action) {
            this.action = action;
        }

        /** Sets or moves the time, in nanoseconds from now. */
        public void set(long nanos) {
            at = clock.getAsLong() + nanos;
            if (slot == NOT_SET) {
                heap.add(this); // First: it may be out of memory, and then it is not set.
                slot = heap.size() - 1;
            }
            restore(this);
        }

        /** Takes the time back, if it is set. */
        public void cancel() {
            if (slot != NOT_SET) {
                remove(this);
            }
        }
    }

    public Timer timer(Runnable action) {
        return new Timer(action);
    }

    /** Returns the nanoseconds to the next deadline, at least 0; {@link Long#MAX_VALUE} if there is none. */
    long untilNext() {
        return heap.isEmpty() ? Long.MAX_VALUE : Math.max(0, heap.get(0).at - clock.getAsLong());
    }

    /**
     * Runs everything that is due by now, earliest first; an action may set or cancel any timer, its own too. If an
     * action throws, so does this, and the action is due again {@link #RETRY} later; those behind it are due still.
     */
    void runDue() {
        long now = clock.getAsLong();
        while (!heap.isEmpty() && heap.get(0).at - now <= 0) {
            Timer due = heap.get(0);
            remove(due);
            run(due);
        }
    }

    private static void run(Timer due) {
        boolean done = false;
        try {
            due.action.run();
            done = true;
        } finally {
            if (!done && due.slot == NOT_SET) {
                due.set(RETRY);
            }
        }
    }

    /** Tells how many timers are set. */
    public int size() {
        return heap.size();
    }

    private void remove(Timer timer) {
        int slot = timer.slot;
        Timer last = heap.remove(heap.size() - 1);
        timer.slot = NOT_SET;
        if (last != timer) {
            place(last, slot);
            restore(last);
        }
    }

    private void restore(Timer timer) {
        int slot = timer.slot;
        while (slot > 0 && before(timer, heap.get((slot - 1) / 2))) {
            place(heap.get((slot - 1) / 2), slot);
            slot = (slot - 1) / 2;
        }
        int child = earlierChild(slot);
        while (child < heap.size() && before(heap.get(child), timer)) {
            place(heap.get(child), slot);
            slot = child;
            child = earlierChild(slot);
        }
        place(timer, slot);
    }

    private int earlierChild(int slot) {
        int left = 2 * slot + 1;
        return left + 1 < heap.size() && before(heap.get(left + 1), heap.get(left)) ? left + 1 : left;
    }

    private void place(Timer timer, int slot) {
        heap.set(slot, timer);
        timer.slot = slot;
    }

    private static boolean before(Timer a, Timer b) {
        return a.at - b.at < 0;
    }
}
