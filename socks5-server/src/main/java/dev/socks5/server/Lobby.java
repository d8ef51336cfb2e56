package dev.socks5.server;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The sessions whose handshake is under way. When there are too many, the one that has been at it longest has to go: a
 * crowd of silent connections cannot keep out those that speak.
 */
final class Lobby {

    private final int capacity;
    private final Set<Session> waiting = new LinkedHashSet<>();

    Lobby(int capacity) {
        this.capacity = capacity;
    }

    /** Lets a session in, and names the one that has to go for it, if any. */
    synchronized Optional<Session> enter(Session session) {
        waiting.add(session);
        if (waiting.size() <= capacity) {
            return Optional.empty();
        }
        Iterator<Session> oldest = waiting.iterator();
        Session evicted = oldest.next();
        oldest.remove();
        return Optional.of(evicted);
    }

    synchronized void leave(Session session) {
        waiting.remove(session);
    }

    /** How many there are. */
    synchronized int size() {
        return waiting.size();
    }
}
