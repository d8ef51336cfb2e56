package dev.socks5.server.internal.limits;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Holds the sessions that have not made their request yet. When there are too many, the one that has been there longest
 * has to go: a crowd of silent connections cannot keep out those that speak.
 */
public final class Lobby {

    /** A session without a request yet. */
    public interface Guest {

        /** Ends the session, soon. Called by any thread. */
        void evict();
    }

    private final IntSupplier capacity;
    private final Set<Guest> waiting = new LinkedHashSet<>();

    /**
     * Makes an empty lobby.
     *
     * @param capacity asked each time for the greatest number of sessions
     */
    public Lobby(IntSupplier capacity) {
        this.capacity = capacity;
    }

    /** Lets a session in, and returns the one that has to be evicted for it, if any. */
    public synchronized Optional<Guest> enter(Guest guest) {
        waiting.add(guest);
        return excess();
    }

    /** Takes out the oldest session if there are still too many, as there are after the capacity has become less. */
    public synchronized Optional<Guest> excess() {
        if (waiting.size() <= capacity.getAsInt()) {
            return Optional.empty();
        }
        Iterator<Guest> oldest = waiting.iterator();
        Guest evicted = oldest.next();
        oldest.remove();
        return Optional.of(evicted);
    }

    public synchronized void leave(Guest guest) {
        waiting.remove(guest);
    }

    /** Tells how many sessions there are. */
    public synchronized int size() {
        return waiting.size();
    }
}
