package dev.socks5.simulation.network;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Virtual time, and what is going to happen in it. Used by one thread. */
public final class World {

    /** How deep work that blocks may lie in other work that blocks. */
    private static final int MAX_DEPTH = 4;

    private static final long DEFAULT_LIMIT = 20_000_000;

    private final Chance chance;
    private final Trace trace = new Trace(this);
    private final long beginning;
    private Alarm[] heap = new Alarm[256];
    private int size;
    private long sequence;
    private long elapsed;
    private long events;
    private long limit = DEFAULT_LIMIT;
    private int depth;
    private final Alarm none = new Alarm(this, World::nothing);

    /** The loop whose turn it is: the thread that the code runs on, as it were. */
    @Nullable
    SimulatedLoop current;

    public World(long seed) {
        this.chance = new Chance(seed);
        this.beginning = beginning(chance);
    }

    /** Chooses what the clock shows at first: it may pass zero soon, or wrap around. */
    private static long beginning(Chance chance) {
        long soon = chance.below(TimeUnit.SECONDS.toNanos(100));
        return switch (chance.below(4)) {
            case 0 -> -soon;
            case 1 -> Long.MAX_VALUE - soon;
            case 2 -> Long.MIN_VALUE + soon;
            default -> chance.below(Long.MAX_VALUE);
        };
    }

    private static void nothing() {}

    /** Reads the clock, as {@link System#nanoTime()}. */
    public long nanoTime() {
        return beginning + elapsed;
    }

    /** Returns the nanoseconds since the beginning. */
    public long elapsed() {
        return elapsed;
    }

    public Chance chance() {
        return chance;
    }

    public Trace trace() {
        return trace;
    }

    /** Returns the loop whose turn it is, by nothing but its identity; null outside of all turns. */
    public @Nullable Object turnOf() {
        return current;
    }

    /** Returns how many events there have been. */
    public long events() {
        return events;
    }

    /** Sets how many events there may be: more are taken for a world that goes round and round. */
    public void limit(long most) {
        limit = most;
    }

    /** Has something happen later. */
    public Alarm after(long nanos, Runnable action) {
        Alarm alarm = new Alarm(this, action);
        alarm.set(nanos);
        return alarm;
    }

    /**
     * Has the next event happen.
     *
     * @return false if there is none left
     * @throws IllegalStateException if there have been too many
     */
    public boolean step() {
        if (size == 0) {
            return false;
        }
        Alarm next = heap[0];
        cancel(next);
        elapsed = next.at;
        if (++events > limit) {
            throw new IllegalStateException("no end after " + limit + " events, at " + elapsed + " ns");
        }
        next.action.run();
        return true;
    }

    /** Has events happen until something holds, or none is left. */
    public void runUntil(BooleanSupplier done) {
        @Nullable SimulatedLoop before = current;
        current = null;
        try {
            while (!done.getAsBoolean() && step()) {
                // Another one.
            }
        } finally {
            current = before;
        }
    }

    /** Has everything happen that happens within a time. */
    public void run(long nanos) {
        Alarm end = after(nanos, World::nothing);
        runUntil(() -> !end.isSet());
    }

    /** Does something as another thread would while this one is where it is: at once, and on no loop. */
    public void elsewhere(Runnable action) {
        @Nullable SimulatedLoop before = current;
        current = null;
        try {
            action.run();
        } finally {
            current = before;
        }
    }

    /** Lets time pass for work that blocks. Work that lies too deep in other such work does not wait. */
    public void sleep(long nanos) {
        if (depth == MAX_DEPTH) {
            return;
        }
        depth++;
        try {
            run(nanos);
        } finally {
            depth--;
        }
    }

    /** Has one event happen, or lets the time pass if none comes so soon. */
    void stepWithin(long nanos) {
        Alarm end = after(nanos, World::nothing);
        @Nullable SimulatedLoop before = current;
        current = null;
        try {
            step();
        } finally {
            current = before;
            end.cancel();
        }
    }

    void add(Alarm alarm, long at) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        alarm.at = at;
        alarm.sequence = sequence++;
        rise(alarm, size++);
    }

    void cancel(Alarm alarm) {
        int slot = alarm.slot;
        if (slot == Alarm.NOT_SET) {
            return;
        }
        alarm.slot = Alarm.NOT_SET;
        Alarm last = heap[--size];
        heap[size] = none;
        if (last != alarm) {
            if (slot > 0 && before(last, heap[(slot - 1) / 2])) {
                rise(last, slot);
            } else {
                sink(last, slot);
            }
        }
    }

    private void rise(Alarm alarm, int from) {
        int slot = from;
        while (slot > 0) {
            Alarm parent = heap[(slot - 1) / 2];
            if (!before(alarm, parent)) {
                break;
            }
            place(parent, slot);
            slot = (slot - 1) / 2;
        }
        place(alarm, slot);
    }

    private void sink(Alarm alarm, int from) {
        int slot = from;
        while (2 * slot + 1 < size) {
            int child = 2 * slot + 1;
            if (child + 1 < size && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], alarm)) {
                break;
            }
            place(heap[child], slot);
            slot = child;
        }
        place(alarm, slot);
    }

    private void place(Alarm alarm, int slot) {
        heap[slot] = alarm;
        alarm.slot = slot;
    }

    private static boolean before(Alarm a, Alarm b) {
        return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
    }
}
