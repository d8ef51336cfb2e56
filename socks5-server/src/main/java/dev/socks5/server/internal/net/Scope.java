package dev.socks5.server.internal.net;

import dev.socks5.server.ClientAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The time until the request, or from there to the reply. It knows whether that is over, ends everything that belongs
 * to it, and has work done on other threads whose result comes back to the loop. Used on the loop's thread, except for
 * {@link #isOver}.
 */
public final class Scope {

    private final BlockingWork blockingWork;
    private final Connection client;
    private final List<Runnable> atTheEnd = new ArrayList<>(2);
    private volatile boolean over; // read by blocking work as well

    /**
     * Begins a scope.
     *
     * @param client the connection that is ended if something fails
     */
    public Scope(BlockingWork blockingWork, Connection client) {
        this.blockingWork = blockingWork;
        this.client = client;
    }

    Connection client() {
        return client;
    }

    /** Whether it has ended. May be called by any thread. */
    public boolean isOver() {
        return over;
    }

    /**
     * Registers an action for the end.
     *
     * @param action throws nothing, and may be run again
     */
    public void atTheEnd(Runnable action) {
        atTheEnd.add(action);
    }

    /** Ends it. From now on no result comes back. May be called again. */
    public void end() {
        over = true;
        for (int i = 0; i < atTheEnd.size(); i++) { // No iterator: memory may be short.
            atTheEnd.get(i).run();
        }
    }

    /**
     * Has work done that may block, and its result taken on the loop, unless this is over by then; see
     * {@link BlockingWork#run}.
     *
     * @param who the client's address
     * @param ifItFails the result if the work fails or cannot be done
     */
    public <T> void run(ClientAddress who, Supplier<T> work, T ifItFails, Consumer<T> then) {
        blockingWork.run(who, this, work, ifItFails, then);
    }
}
