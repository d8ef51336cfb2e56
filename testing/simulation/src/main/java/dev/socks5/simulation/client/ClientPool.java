package dev.socks5.simulation.client;

import dev.socks5.client.internal.platform.Threads;
import dev.socks5.simulation.network.Alarm;
import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.World;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A pool that has no threads: its work is done later, by the world. */
final class ClientPool extends ThreadPoolExecutor {

    private static final long USUAL_DELAY = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long UNTIL_NEXT = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONG_DELAY = TimeUnit.SECONDS.toNanos(10);

    private final World world;
    private final Chance chance;
    private final boolean slow;
    private final boolean rejects;
    private final Map<Runnable, Alarm> waiting = new LinkedHashMap<>();
    private int atWork;
    private @Nullable Long handedIn;

    ClientPool(World world, Chance chance, boolean slow, boolean rejects) {
        super(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        this.world = world;
        this.chance = chance;
        this.slow = slow;
        this.rejects = rejects;
    }

    /** Returns how much work has yet to begin. */
    int queued() {
        return waiting.size();
    }

    /** Returns how much work has yet to end. */
    int underWay() {
        return waiting.size() + atWork;
    }

    /** Returns when the work that is being done was handed in: now, if it is not done here. */
    long handedIn() {
        return handedIn == null ? world.elapsed() : handedIn;
    }

    @Override
    public void execute(Runnable work) {
        if (rejects && chance.oneIn(4)) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        long most = slow && chance.oneIn(4) ? LONG_DELAY : chance.oneIn(3) ? 1 : USUAL_DELAY;
        later(work, world.elapsed(), chance.below(most));
    }

    private void later(Runnable work, long since, long delay) {
        waiting.put(work, world.after(1 + delay, () -> begin(work, since)));
    }

    private void begin(Runnable work, long since) {
        if (atWork == Threads.MOST_OF_A_POOL) {
            later(work, since, UNTIL_NEXT);
            return;
        }
        waiting.remove(work);
        atWork++;
        @Nullable Long before = handedIn;
        handedIn = since;
        try {
            work.run();
        } finally {
            handedIn = before;
            atWork--;
        }
    }

    @Override
    public boolean remove(Runnable work) {
        Alarm alarm = waiting.remove(work);
        if (alarm != null) {
            alarm.cancel();
        }
        return alarm != null;
    }
}
