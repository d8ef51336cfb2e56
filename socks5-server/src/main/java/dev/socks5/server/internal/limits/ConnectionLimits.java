package dev.socks5.server.internal.limits;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.Socks5ServerListener.Rejection;
import dev.socks5.server.internal.net.ClientBlock;
import dev.socks5.server.internal.net.Network;
import dev.socks5.server.internal.net.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Counts the open connections, all together and by client address, and refuses those that are too many. */
public final class ConnectionLimits {

    private final Network network;
    private final IntSupplier maxConnections;
    private final IntSupplier maxPerClient;
    private final LoginThrottle throttle;
    private final Map<Object, Count> perClient = new HashMap<>();
    private int connections;
    private boolean closing;
    private boolean cut;

    /** The number of a client's connections, which can be counted down when there is no memory for a new object. */
    private static final class Count {
        private int value;
    }

    /**
     * Makes the limits of a server without connections.
     *
     * @param maxConnections asked for the greatest number of connections each time that one comes
     * @param maxPerClient asked for the greatest number of one client's
     */
    public ConnectionLimits(
            Network network, IntSupplier maxConnections, IntSupplier maxPerClient, LoginThrottle throttle) {
        this.network = network;
        this.maxConnections = maxConnections;
        this.maxPerClient = maxPerClient;
        this.throttle = throttle;
    }

    /** Counts a connection in, unless there are too many, or its client has guessed at logins. */
    public synchronized Optional<Rejection> enter(ClientAddress client) {
        Optional<Rejection> full = enterUnidentified();
        if (full.isPresent()) {
            return full;
        }
        try {
            return identify(client);
        } catch (Throwable e) { // Out of memory for a moment: then it has not come in.
            leave(client, false);
            throw e;
        }
    }

    /** Counts a connection in whose client is not known yet, unless there are too many. */
    public synchronized Optional<Rejection> enterUnidentified() {
        if (connections >= maxConnections.getAsInt()) {
            return Optional.of(Rejection.TOO_MANY_CONNECTIONS);
        }
        connections++;
        cut |= closing; // It had been accepted when nobody else was here any more.
        return Optional.empty();
    }

    /** Counts a connection that is in for its client as well, or out again if that one is not let in. */
    public synchronized Optional<Rejection> identify(ClientAddress client) {
        Optional<Rejection> rejection = rejection(client);
        if (rejection.isPresent()) {
            leave(client, false);
        } else {
            perClient.computeIfAbsent(ClientBlock.single(client), first -> new Count()).value++;
        }
        return rejection;
    }

    private Optional<Rejection> rejection(ClientAddress client) {
        if (throttle.keepsOut(client)) {
            return Optional.of(Rejection.TOO_MANY_FAILED_LOGINS);
        }
        @Nullable Count count = perClient.get(ClientBlock.single(client));
        return count != null && count.value >= maxPerClient.getAsInt()
                ? Optional.of(Rejection.TOO_MANY_FROM_CLIENT)
                : Optional.empty();
    }

    /**
     * Counts a connection out.
     *
     * @param identified whether it was counted for this client as well
     */
    public synchronized void leave(ClientAddress client, boolean identified) {
        @Nullable Count count = identified ? perClient.get(ClientBlock.single(client)) : null;
        if (count != null && --count.value == 0) {
            perClient.remove(ClientBlock.single(client));
        }
        connections--;
        if (connections == 0) {
            notifyAll();
        }
    }

    /** Tells how many connections are counted in. */
    public synchronized int connections() {
        return connections;
    }

    /**
     * Notes that the open connections, and those that still come in, are about to be closed: nobody need wait for them
     * any more.
     */
    public synchronized void cut() {
        closing = true;
        if (connections > 0) {
            cut = true;
            notifyAll();
        }
    }

    /** Whether any connection was closed so. */
    public synchronized boolean wasCut() {
        return cut;
    }

    /**
     * Waits until no connection is open.
     *
     * @return whether that came before the time was up, and none of them was cut
     */
    public synchronized boolean awaitNone(Duration limit) throws InterruptedException {
        long deadline = network.nanoTime() + Timers.nanos(limit);
        while (connections > 0 && !cut) {
            long left = deadline - network.nanoTime();
            if (left <= 0) {
                return false;
            }
            network.await(this, left);
        }
        return !cut;
    }
}
