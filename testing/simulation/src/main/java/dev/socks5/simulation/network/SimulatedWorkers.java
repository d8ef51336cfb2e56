package dev.socks5.simulation.network;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Threads for work that may block: work is done later, in any order, on no loop. */
final class SimulatedWorkers extends AbstractExecutorService {

    private static final long USUAL_DELAY = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONG_DELAY = TimeUnit.SECONDS.toNanos(60);

    /** Work that has yet to begin. */
    private final class Piece implements Runnable {
        private final Runnable work;
        private final Alarm alarm = new Alarm(world, this);
        private int place = waiting.size();

        private Piece(Runnable work) {
            this.work = work;
        }

        @Override
        public void run() {
            Piece last = waiting.remove(waiting.size() - 1);
            if (last != this) {
                waiting.set(place, last);
                last.place = place;
            }
            atWork++;
            @Nullable SimulatedLoop before = world.current;
            world.current = null;
            try {
                work.run();
            } finally {
                world.current = before;
                atWork--;
            }
        }
    }

    private final SimulatedNetwork network;
    private final World world;
    private final boolean faulty;
    private final List<Piece> waiting = new ArrayList<>();
    private int atWork;
    private boolean shutdown;

    /**
     * Makes threads.
     *
     * @param faulty whether faults happen to them
     */
    SimulatedWorkers(SimulatedNetwork network, boolean faulty) {
        this.network = network;
        this.faulty = faulty;
        this.world = network.world();
    }

    @Override
    public void execute(Runnable work) {
        if (shutdown || happens(Fault.WORK_REJECTED)) {
            throw new RejectedExecutionException();
        }
        Piece piece = new Piece(work);
        waiting.add(piece);
        if (!happens(Fault.WORK_LOST)) {
            boolean slow = happens(Fault.WORK_SLOW);
            piece.alarm.set(1 + world.chance().below(slow ? LONG_DELAY : USUAL_DELAY));
        }
    }

    private boolean happens(Fault fault) {
        return faulty && network.happens(fault);
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> dropped = new ArrayList<>();
        for (Piece piece : waiting) {
            piece.alarm.cancel();
            dropped.add(piece.work);
        }
        waiting.clear();
        return dropped;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && waiting.isEmpty() && atWork == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        long end = world.elapsed() + unit.toNanos(timeout);
        while (!isTerminated() && world.elapsed() < end) {
            world.stepWithin(end - world.elapsed());
        }
        return isTerminated();
    }
}
