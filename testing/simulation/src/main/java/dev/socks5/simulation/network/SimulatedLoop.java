package dev.socks5.simulation.network;

import dev.socks5.server.internal.net.Network;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread of an event loop. It has a turn when a channel of its selector is ready, when the selector was woken, and
 * at the time that it gave at the end of its last turn; not otherwise, so that a wakeup that is missing shows.
 */
final class SimulatedLoop implements Network.LoopThread {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long USUAL_DELAY = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONG_DELAY = TimeUnit.MILLISECONDS.toNanos(200);

    private final SimulatedNetwork network;
    private final World world;
    private final String name;
    private final Network.Turns turns;
    private final Alarm next;
    private @Nullable SimulatedSelector selector;
    private long notBefore;
    private boolean inTurn;
    private boolean selected;
    private boolean wanted;
    private boolean ended;

    SimulatedLoop(SimulatedNetwork network, String name, Network.Turns turns) {
        this.network = network;
        this.world = network.world();
        this.name = name;
        this.turns = turns;
        this.next = new Alarm(world, this::turn);
    }

    @Override
    public void start() {
        soon();
    }

    @Override
    public boolean isCurrent() {
        return world.current == this;
    }

    boolean isEnded() {
        return ended;
    }

    @Override
    public void join() {
        world.runUntil(this::isEnded);
        if (!ended) {
            throw new IllegalStateException(name + " never ends: it waits for nothing that could happen");
        }
    }

    /** It has selected, and so would wait at that selector next. */
    void selects(SimulatedSelector by) {
        selected = true;
        selector = by;
    }

    /** Rests after this turn. */
    void pause(long nanos) {
        notBefore = world.elapsed() + nanos;
    }

    /** It has to take a turn: it does, after a moment. */
    void soon() {
        if (inTurn) {
            wanted = true;
        } else if (!ended) {
            boolean late = network.happens(Fault.LATE_TURN);
            long delay = 1 + world.chance().below(late ? LONG_DELAY : USUAL_DELAY);
            next.atTheLatest(Math.max(world.elapsed() + delay, notBefore));
        }
    }

    private void turn() {
        if (inTurn) {
            wanted = true; // A callback of its own blocks it.
            return;
        }
        @Nullable SimulatedLoop before = world.current;
        world.current = this;
        inTurn = true;
        wanted = false;
        selected = false;
        try {
            ended = !turns.turn();
        } finally {
            inTurn = false;
            world.current = before;
        }
        if (ended) {
            next.cancel();
        } else {
            plan();
        }
    }

    /** The real thread would be back at the selector by now, and wait there; unless selecting has failed. */
    private void plan() {
        long nanos = turns.untilNext();
        if (selector != null && selector.isOpen()) {
            if (nanos != 0) {
                selector.settle();
            }
            wanted = selector.isDue() || network.happens(Fault.SPURIOUS_WAKEUP);
        }
        if (wanted || !selected || nanos == 0) {
            soon();
        } else if (nanos == Long.MAX_VALUE) {
            next.cancel();
        } else {
            next.set(nanos + 1 + world.chance().below(MILLISECOND)); // Selectors count milliseconds, rounded up.
        }
    }
}
