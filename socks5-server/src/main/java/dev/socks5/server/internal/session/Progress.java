package dev.socks5.server.internal.session;

import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Timers;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Has listeners told at an interval what the sessions of one loop have relayed. It takes note of nothing while they
 * relay: it walks through the {@link Registry}, a part of it in each turn of the loop. Used by the loop's thread alone.
 */
public final class Progress {

    /** The number of sessions that are looked at in one turn. */
    static final int IN_ONE_TURN = 256;

    /** In nanoseconds: behind what is due in this turn. */
    private static final long NEXT_TURN = 1;

    private final Registry registry;
    private final EventLoop loop;
    private final long interval;
    private final Timers.Timer timer;
    private @Nullable Iterator<Ticket> walk;
    private long begunAt;

    /**
     * Makes it for one loop; {@link #begin} begins.
     *
     * @param interval in nanoseconds, from the begin of one walk to the begin of the next
     */
    public Progress(Registry registry, EventLoop loop, long interval) {
        this.registry = registry;
        this.loop = loop;
        this.interval = interval;
        this.timer = loop.timers().timer(this::proceed);
    }

    /** Begins the first interval. */
    public void begin() {
        timer.set(interval);
    }

    private void proceed() {
        Iterator<Ticket> going = walk == null ? start() : walk;
        for (int i = 0; i < IN_ONE_TURN && going.hasNext(); i++) {
            Ticket ticket = going.next();
            if (ticket.isServedBy(loop)) {
                ticket.tellProgress();
            }
        }
        if (going.hasNext()) {
            timer.set(NEXT_TURN);
        } else {
            walk = null;
            timer.set(Math.max(NEXT_TURN, interval - (loop.nanoTime() - begunAt)));
        }
    }

    private Iterator<Ticket> start() {
        Iterator<Ticket> started = registry.tickets().iterator();
        walk = started;
        begunAt = loop.nanoTime();
        return started;
    }
}
