package dev.socks5.server;

import dev.socks5.server.Socks5ServerListener.Rejection;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Counts the open connections, all together and by client address, and says when it is enough. */
final class Caps {

    private final int maxConnections;
    private final int maxPerClient;
    private final Map<InetAddress, Integer> perClient = new HashMap<>();
    private int connections;

    Caps(int maxConnections, int maxPerClient) {
        this.maxConnections = maxConnections;
        this.maxPerClient = maxPerClient;
    }

    /** Counts a connection in, unless there are too many. */
    synchronized Optional<Rejection> enter(InetAddress client) {
        return enterUnnamed().or(() -> name(client));
    }

    /** Counts a connection in whose client is not known yet, unless there are too many. */
    synchronized Optional<Rejection> enterUnnamed() {
        if (connections >= maxConnections) {
            return Optional.of(Rejection.TOO_MANY_CONNECTIONS);
        }
        connections++;
        return Optional.empty();
    }

    /** Counts a connection that is in for its client as well, or out again if that one has too many. */
    synchronized Optional<Rejection> name(InetAddress client) {
        if (perClient.getOrDefault(client, 0) >= maxPerClient) {
            leaveUnnamed();
            return Optional.of(Rejection.TOO_MANY_FROM_CLIENT);
        }
        perClient.merge(client, 1, Integer::sum);
        return Optional.empty();
    }

    /** Counts a connection out. */
    synchronized void leave(InetAddress client) {
        perClient.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
        leaveUnnamed();
    }

    /** Counts a connection out whose client has not been counted. */
    synchronized void leaveUnnamed() {
        connections--;
        if (connections == 0) {
            notifyAll();
        }
    }

    /**
     * Waits until no connection is open.
     *
     * @return whether that came before the time was up
     */
    synchronized boolean awaitNone(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + Settings.nanos(limit);
        while (connections > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
