package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one association sends to: each destination as the client wrote it, with what rules and resolver have made of it.
 * There are only so many; the one that was used longest ago has to go for a new one. A destination that has to be looked up
 * holds up its own datagrams and no others.
 */
final class Destinations {

    static final int CAPACITY = 512;

    /** Look-ups under way at once. */
    static final int MAX_LOOKUPS = 16;

    /** Datagrams that may wait for look-ups. */
    static final int MAX_WAITING = 64;

    /** How long they may be, together; a single one always may wait. */
    static final int MAX_WAITING_OCTETS = 64 * 1024;

    /** After so long it is judged and looked up again; until that is done, the old answer holds. */
    private static final long FRESH = TimeUnit.MINUTES.toNanos(1);

    /** The same for one that is refused or was not found. */
    private static final long REFUSED_FOR = TimeUnit.SECONDS.toNanos(5);

    private static final boolean BY_LAST_USE = true;

    private final Exchange exchange;
    private final BooleanSupplier over;
    private final DatagramTally tally;
    private final DatagramOutlet outlet;
    private final Map<Endpoint, Destination> known = new LinkedHashMap<>(16, 0.75f, BY_LAST_USE);
    private final Map<InetSocketAddress, Integer> contacted = new HashMap<>();
    private int lookups;
    private int waitingDatagrams;
    private int waitingOctets;

    Destinations(Exchange exchange, BooleanSupplier over, DatagramTally tally, DatagramOutlet outlet) {
        this.exchange = exchange;
        this.over = over;
        this.tally = tally;
        this.outlet = outlet;
    }

    /** What is known of one destination. Neither a target nor a look-up under way: it is refused. */
    private static final class Destination {
        private @Nullable InetSocketAddress target;
        private @Nullable Queue<ByteBuffer> waiting; // not null while a look-up is under way
        private long judgeAgain = System.nanoTime();
        private boolean gone;
    }

    /** Sends a datagram now, or after a look-up, or never. */
    void send(Endpoint to, ByteBuffer payload) {
        Destination destination = known.computeIfAbsent(to, unknown -> new Destination());
        forgetOldest();
        if (destination.waiting == null && destination.judgeAgain - System.nanoTime() <= 0) {
            judge(to, destination);
        }
        if (destination.target != null) {
            send(destination.target, payload);
        } else if (destination.waiting != null) {
            keep(destination.waiting, payload);
        } else {
            tally.refused++;
        }
    }

    private void judge(Endpoint to, Destination destination) {
        AccessRequest request = exchange.accessRequest().withDestination(to);
        Screening screening = exchange.core().screening();
        if (!screening.mayBlock(to)) {
            settle(destination, screening.screen(request));
            return;
        }
        destination.waiting = new ArrayDeque<>();
        if (lookups == MAX_LOOKUPS) {
            settle(destination, Screening.FAILED);
            return;
        }
        lookups++;
        exchange.core()
                .errands()
                .run(exchange.loop(), over, () -> screening.screen(request), Screening.FAILED, outcome -> {
                    lookups--;
                    settle(destination, outcome);
                });
    }

    private void settle(Destination destination, Screening.Outcome outcome) {
        if (!destination.gone) {
            aim(destination, outcome.granted() ? outcome.addresses().get(0) : null);
            destination.judgeAgain = System.nanoTime() + (outcome.granted() ? FRESH : REFUSED_FOR);
        }
        Queue<ByteBuffer> waiting = destination.waiting;
        destination.waiting = null;
        if (waiting == null) {
            return;
        }
        for (ByteBuffer payload : waiting) {
            waitingDatagrams--;
            waitingOctets -= payload.remaining();
            if (destination.target == null) {
                tally.refused++;
            } else {
                send(destination.target, payload);
            }
        }
    }

    /** Answers are taken from where a destination is now, and no longer from where it was. */
    private void aim(Destination destination, @Nullable InetSocketAddress target) {
        if (destination.target != null) {
            contacted.computeIfPresent(destination.target, (address, count) -> count == 1 ? null : count - 1);
        }
        if (target != null) {
            contacted.merge(target, 1, Integer::sum);
        }
        destination.target = target;
    }

    private void keep(Queue<ByteBuffer> waiting, ByteBuffer payload) {
        boolean full = waitingDatagrams == MAX_WAITING || waitingOctets + payload.remaining() > MAX_WAITING_OCTETS;
        if (full && waitingDatagrams > 0) {
            tally.lost++;
            return;
        }
        waitingDatagrams++;
        waitingOctets += payload.remaining();
        waiting.add(ByteBuffer.allocate(payload.remaining()).put(payload).flip());
    }

    private void send(InetSocketAddress target, ByteBuffer payload) {
        int length = payload.remaining();
        if (outlet.send(payload, target)) {
            tally.up++;
            tally.octetsUp += length;
        } else {
            tally.lost++;
        }
    }

    private void forgetOldest() {
        if (known.size() > CAPACITY) {
            Iterator<Destination> oldest = known.values().iterator();
            Destination forgotten = oldest.next();
            oldest.remove();
            aim(forgotten, null);
            forgotten.gone = true;
        }
    }

    /** Whether something has been sent there, which may now be answered. */
    boolean contacted(InetSocketAddress address) {
        return contacted.containsKey(address);
    }

    void close() {
        outlet.close();
    }
}
