package dev.socks5.proxy.users;

import dev.socks5.server.ClientAddress;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Keeps half of the processors free of hashes, and shares out the others: whoever sends wrong passwords slows down
 * other logins, but no tunnel. One client (an address, of IPv6 its /64 network) has one piece of work in the queue for
 * the processors at a time, so that others wait for one piece of it and not for all. Each piece that waits holds a
 * thread, so their number is bounded: a client may have no more than places are still free. Safe for use by several
 * threads at once.
 */
final class HashWork {

    /** A quarter of the threads that look-ups and rules need too. */
    static final int CAPACITY = 64;

    private static final int NETWORK_OCTETS = 8; // RFC 4291 section 2.5.1: whoever has the network chooses the rest.

    /** The work of one client. */
    private static final class Share {
        private final Semaphore turn = new Semaphore(1, true);
        private int underWay; // Guarded by the map.
    }

    private final Semaphore processors;
    private final Map<Object, Share> shares = new HashMap<>();
    private final long patience;
    private int underWay; // Guarded by the map.

    /** @param patience how long a piece of work waits for its turn: whoever has waited for longer is no longer there */
    HashWork(Duration patience) {
        this(patience, processors());
    }

    HashWork(Duration patience, int processors) {
        this.patience = patience.toNanos();
        this.processors = new Semaphore(processors, true);
    }

    /** How many pieces are done at a time. */
    static int processors() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /**
     * Does work when it has its turn.
     *
     * @throws BusyException if its turn does not come, or too much of the client's is waiting
     */
    boolean inTurn(ClientAddress client, Callable<Boolean> work) throws Exception {
        long deadline = System.nanoTime() + patience;
        Object block = block(client);
        Share share = enter(block);
        try {
            return inTurn(share.turn, deadline, () -> inTurn(processors, deadline, work));
        } finally {
            leave(block, share);
        }
    }

    private static boolean inTurn(Semaphore turn, long deadline, Callable<Boolean> work) throws Exception {
        if (!turn.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new BusyException("too many hashes to check before this one");
        }
        try {
            return work.call();
        } finally {
            turn.release();
        }
    }

    private Share enter(Object block) throws BusyException {
        synchronized (shares) {
            Share known = shares.get(block);
            if ((known == null ? 0 : known.underWay) >= CAPACITY - underWay) {
                throw new BusyException("too many logins of one client wait, or of all");
            }
            Share share = known == null ? new Share() : known;
            shares.put(block, share);
            share.underWay++;
            underWay++;
            return share;
        }
    }

    private void leave(Object block, Share share) {
        synchronized (shares) {
            underWay--;
            if (--share.underWay == 0) {
                shares.remove(block);
            }
        }
    }

    private static Object block(ClientAddress client) {
        return client instanceof ClientAddress.Ip ip
                ? ip.socketAddress().getAddress() instanceof Inet6Address address
                        ? ByteBuffer.wrap(address.getAddress(), 0, NETWORK_OCTETS)
                        : ip.socketAddress().getAddress()
                : client;
    }

    /** Tells how many clients wait for others. */
    int waitingForProcessors() {
        return processors.getQueueLength();
    }

    /** Tells how many pieces there are, waiting or at work. */
    int underWay() {
        synchronized (shares) {
            return underWay;
        }
    }
}
