package dev.socks5.server.internal.session;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The tickets of the connections that are open. Safe for use by several threads, none of which waits for another. */
public final class Registry {

    private final Map<Long, Ticket> tickets = new ConcurrentHashMap<>();

    void add(Ticket ticket) {
        tickets.put(ticket.key(), ticket);
    }

    /** Takes a ticket out, if it is in. */
    void remove(Ticket ticket) {
        tickets.remove(ticket.key());
    }

    /** Returns the ticket of an open connection; {@code null} if there is none of this number. */
    public @Nullable Ticket find(long id) {
        return tickets.get(id);
    }

    /**
     * Returns the tickets, for one walk at a time or several. A walk meets each ticket that is in it throughout exactly
     * once, and others once at the most; it may be interrupted for as long as one likes.
     */
    public Collection<Ticket> tickets() {
        return tickets.values();
    }
}
