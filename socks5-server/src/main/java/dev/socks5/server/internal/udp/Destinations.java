package dev.socks5.server.internal.udp;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Connector;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.net.Backlog;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.policy.Terms;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.usage.Fate;
import dev.socks5.server.internal.usage.Meter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows the destinations of one association: each as the client wrote it, with the answer of rules and resolver. Their
 * number is bounded; the one that was used longest ago has to go for a new one. A destination that has to be looked up
 * holds up its own datagrams and no others.
 */
final class Destinations {

    static final int CAPACITY = 512;

    /** The greatest number of look-ups under way at once. */
    static final int MAX_LOOKUPS = 16;

    /** The greatest number of datagrams that may wait for look-ups. */
    static final int MAX_WAITING = 64;

    /** The greatest length of those datagrams together, in bytes; a single one always may wait. */
    static final int MAX_WAITING_BYTES = 64 * 1024;

    /**
     * The memory of one destination in bytes, counted in the server's backlog: a look-up, a way, and the answer of the
     * rules.
     */
    static final int WEIGHT = 512;

    /** The time after which it is judged and looked up again; until that is done, the old answer holds. */
    private static final long FRESH = TimeUnit.MINUTES.toNanos(1);

    /** The same time for one that is refused or was not found. */
    private static final long REFUSED_FOR = TimeUnit.SECONDS.toNanos(5);

    private static final boolean BY_LAST_USE = true;

    private final PendingRequest pending;
    private final UdpRelay.Association association;
    private final Backlog backlog;
    private final Connector connector;
    private final Meter meter;
    private final @Nullable Quota quota;
    private final Outlet outlet;
    private final LongSupplier clock;
    private final Map<Endpoint, Destination> known = new LinkedHashMap<>(16, 0.75f, BY_LAST_USE);
    private Terms.Edition edition; // of the terms by which all is judged
    private int lookups;
    private int waitingDatagrams;
    private int waitingBytes;
    private int counted; // in the backlog

    /**
     * Begins without any destination.
     *
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    Destinations(
            PendingRequest pending, UdpRelay.Association association, Meter meter, Outlet outlet, LongSupplier clock) {
        this.pending = pending;
        this.association = association;
        this.backlog = pending.core().backlog();
        this.edition = pending.core().terms().edition();
        this.connector = Connector.always(association.route());
        this.meter = meter;
        this.quota = pending.ticket().quota();
        this.outlet = outlet;
        this.clock = clock;
    }

    /**
     * The state of one destination. If it has neither a way nor a look-up under way, it is refused, or has yet to be
     * judged.
     */
    private final class Destination {
        private Outlet.@Nullable Way way;
        private @Nullable Endpoint target; // where the way leads
        private @Nullable Queue<ByteBuffer> waiting; // not null while a look-up is under way
        private long judgeAgain = clock.getAsLong();
        private boolean gone;

        private boolean isDue() {
            return judgeAgain - clock.getAsLong() <= 0;
        }
    }

    /**
     * Judges all destinations anew if the terms have changed: none is reached by an answer that others have given.
     * Where that may block there is no way meanwhile; those beyond the greatest number of look-ups wait for a datagram.
     */
    void renew() {
        Terms now = pending.core().terms();
        if (now.edition() == edition) {
            return;
        }
        edition = now.edition();
        known.forEach((to, destination) -> {
            destination.judgeAgain = clock.getAsLong();
            boolean underWay = destination.waiting != null;
            if (underWay || now.screening().mayBlock(to)) {
                giveUpWay(destination);
            }
            if (!underWay) {
                judge(to, destination);
            }
        });
    }

    /** Sends a datagram now, or after a look-up, or never. */
    void send(Endpoint to, ByteBuffer payload) {
        renew();
        Destination destination = known.get(to);
        if (destination == null) {
            destination = new Destination();
            known.put(to, destination);
            makeRoom();
        }
        if (destination.waiting == null && destination.isDue()) {
            judge(to, destination);
        }
        if (destination.way != null) {
            send(destination.way, payload);
        } else if (destination.waiting != null) {
            keep(destination.waiting, payload);
        } else if (destination.isDue()) {
            meter.count(Fate.LOST); // One look-up too many.
        } else {
            meter.count(Fate.REFUSED);
        }
    }

    private void judge(Endpoint to, Destination destination) {
        AccessRequest request = pending.accessRequest().withDestination(to);
        Terms judging = pending.core().terms();
        Screening screening = judging.screening();
        if (!screening.mayBlock(to)) {
            settle(destination, screening.screen(request, connector));
            return;
        }
        if (destination.waiting == null) {
            if (lookups == MAX_LOOKUPS) {
                return; // With its next datagram, perhaps; until then an old answer holds.
            }
            destination.waiting = new ArrayDeque<>();
        }
        lookups++;
        pending.run(() -> screening.screen(request, connector), Screening.FAILED, outcome -> {
            renew();
            lookups--;
            if (judging.edition() == edition) {
                settle(destination, outcome);
            } else {
                judge(to, destination); // Once more, and what waits goes on waiting.
            }
        });
    }

    private void settle(Destination destination, Screening.Outcome outcome) {
        if (!destination.gone) {
            Outlet.Way before = destination.way; // Let go of last, or answers under way would be refused.
            Endpoint target = outcome.granted()
                    ? choose(
                            outcome.targets(),
                            destination.target,
                            pending.settings().egress(association.route()))
                    : null;
            destination.target = target;
            destination.way = target == null ? null : outlet.to(target);
            release(before);
            destination.judgeAgain = clock.getAsLong() + (outcome.granted() ? FRESH : REFUSED_FOR);
        }
        Queue<ByteBuffer> waiting = destination.waiting;
        destination.waiting = null;
        if (waiting == null) {
            return;
        }
        for (ByteBuffer payload : waiting) {
            waitingDatagrams--;
            waitingBytes -= payload.remaining();
            backlog.release(payload.remaining());
            if (destination.way != null) {
                send(destination.way, payload);
            } else if (outcome.granted()) {
                meter.count(Fate.LOST); // It has been forgotten meanwhile.
            } else {
                meter.count(Fate.REFUSED);
            }
        }
    }

    /**
     * Chooses one of several targets: the one in use, so that a flow does not go on elsewhere because a name's
     * addresses have changed places; else the first one that there is an address to leave for.
     */
    static Endpoint choose(List<Endpoint> targets, @Nullable Endpoint inUse, Egress egress) {
        if (inUse != null && targets.contains(inUse)) {
            return inUse;
        }
        return targets.stream()
                .filter(target -> target.isName()
                        || egress.allows(target.toInetSocketAddress().getAddress()))
                .findFirst()
                .orElse(targets.get(0));
    }

    private static void giveUpWay(Destination destination) {
        release(destination.way);
        destination.way = null;
    }

    private static void release(Outlet.@Nullable Way way) {
        if (way != null) {
            way.release();
        }
    }

    private void keep(Queue<ByteBuffer> waiting, ByteBuffer payload) {
        boolean full = waitingDatagrams == MAX_WAITING || waitingBytes + payload.remaining() > MAX_WAITING_BYTES;
        if ((full && waitingDatagrams > 0) || !backlog.reserve(payload.remaining())) {
            meter.count(Fate.LOST);
            return;
        }
        waitingDatagrams++;
        waitingBytes += payload.remaining();
        waiting.add(ByteBuffer.allocate(payload.remaining()).put(payload).flip());
    }

    private void send(Outlet.Way way, ByteBuffer payload) {
        int length = payload.remaining();
        if (quota != null && quota.isUsed()) {
            meter.count(Fate.REFUSED);
            pending.ticket().abort(CloseReason.QUOTA_USED);
        } else if (way.send(payload)) {
            meter.datagramUp(length);
            charge(length);
        } else {
            meter.count(Fate.LOST);
        }
    }

    private void charge(int bytes) {
        if (quota != null) {
            quota.charge(bytes);
        }
    }

    /**
     * Counts memory for a new destination, or forgets the oldest one. The first one is counted with the association
     * itself.
     */
    private void makeRoom() {
        if (known.size() == 1) {
            return;
        }
        if (known.size() <= CAPACITY && backlog.reserve(WEIGHT)) {
            counted += WEIGHT;
        } else {
            Iterator<Destination> oldest = known.values().iterator();
            Destination forgotten = oldest.next();
            oldest.remove();
            giveUpWay(forgotten);
            forgotten.gone = true;
        }
    }

    /** Gives the memory back: nothing is sent any more. */
    void close() {
        backlog.release(counted + waitingBytes);
        counted = 0;
        waitingBytes = 0;
        known.clear();
    }
}
