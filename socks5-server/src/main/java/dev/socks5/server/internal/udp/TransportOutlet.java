package dev.socks5.server.internal.udp;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Log;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.transport.Elsewhere;
import dev.socks5.server.transport.DatagramTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one association that a dialler of the application has made. What comes back may come on any thread: it
 * waits for the loop, up to a bound, and is dropped beyond. Used by the loop's thread, except for {@link #received} and
 * {@link #failed}.
 */
final class TransportOutlet implements Outlet, DatagramTransport.Receiver {

    /** The greatest number of datagrams that may wait for the loop. */
    static final int MAX_WAITING = 256;

    /** The greatest length of those datagrams together, with their headers, in bytes. */
    static final int MAX_WAITING_BYTES = 256 * 1024;

    private record Answer(Endpoint from, ByteBuffer datagram, int length) {}

    private final PendingRequest pending;
    private final Map<Endpoint, Integer> ways = new HashMap<>();
    private final EventLoop.Step delivering = this::deliver;
    private final Runnable delivery = this::guardDelivery;
    private @Nullable DatagramTransport transport;
    private @Nullable Receiver receiver;
    private boolean reading = true;
    private volatile @Nullable Throwable failure;

    private final Queue<Answer> waiting = new ArrayDeque<>(); // guarded by it, as the next four are
    private int waitingBytes;
    private int dropped;
    private boolean due;
    private boolean closed;

    TransportOutlet(PendingRequest pending) {
        this.pending = pending;
    }

    /** Takes the way that the dialler has made. */
    void by(DatagramTransport made) {
        transport = made;
    }

    /** Returns what it has failed with; {@code null} if it has not. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Gives the answers to somebody from now on. */
    Outlet answering(Receiver answers) {
        receiver = answers;
        pending.loop().execute(delivery);
        return this;
    }

    @Override
    public Way to(Endpoint target) {
        ways.merge(target, 1, Integer::sum);
        return new Way() {
            @Override
            public boolean send(ByteBuffer payload) {
                return TransportOutlet.this.send(target, payload);
            }

            @Override
            public void release() {
                ways.computeIfPresent(target, (address, count) -> count == 1 ? null : count - 1);
            }
        };
    }

    private boolean send(Endpoint target, ByteBuffer payload) {
        if (transport == null) {
            return false;
        }
        try {
            return transport.send(target, payload.slice());
        } catch (IOException e) {
            Log.detail("a transport of datagrams has failed to send to " + target, e);
            return false;
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("a transport of datagrams has failed to send to " + target, e);
            return false;
        }
    }

    @Override
    public void received(Endpoint from, ByteBuffer payload) {
        Endpoint sender = from.canonical().orElse(from);
        UdpHeader header = UdpHeader.of(sender);
        int length = payload.remaining();
        int bytes = header.encodedLength() + length;
        synchronized (waiting) {
            if (closed) {
                return;
            }
            boolean full = waiting.size() == MAX_WAITING || waitingBytes + bytes > MAX_WAITING_BYTES;
            if (full || !pending.core().backlog().reserve(bytes)) {
                dropped = Math.min(dropped, Integer.MAX_VALUE - 1) + 1;
            } else {
                waitingBytes += bytes;
                ByteBuffer datagram = ByteBuffer.allocate(bytes);
                header.encode(datagram);
                waiting.add(new Answer(sender, datagram.put(payload.duplicate()).flip(), length));
            }
            if (!due) {
                pending.loop().execute(delivery);
                due = true; // Not before: there may be no memory for it.
            }
        }
    }

    /** A failure ends the association: it would be silent from then on. */
    private void guardDelivery() {
        pending.client().guard(delivering);
    }

    /** Delivers what waits, unless nobody takes it now. */
    private void deliver() {
        if (receiver == null || isClosed()) {
            return;
        }
        for (int lost = takeDropped(); lost > 0; lost--) {
            receiver.lose();
        }
        for (int i = 0; i < MAX_WAITING; i++) {
            @Nullable Answer next = next();
            if (next == null) {
                return;
            }
            receiver.answered();
            if (ways.containsKey(next.from())) {
                receiver.deliver(next.datagram(), next.length());
            } else {
                receiver.refuse();
            }
        }
        pending.loop().execute(delivery); // Others on the loop have their turn first.
    }

    private boolean isClosed() {
        synchronized (waiting) {
            return closed;
        }
    }

    private int takeDropped() {
        synchronized (waiting) {
            int taken = dropped;
            dropped = 0;
            return taken;
        }
    }

    /** Returns the next one; {@code null} if there is none, or has to wait. */
    private @Nullable Answer next() {
        @Nullable Answer next;
        synchronized (waiting) {
            if (!reading) {
                return null; // It stays due, and goes on with the reading.
            }
            next = waiting.poll();
            due = next != null;
            waitingBytes -= next == null ? 0 : next.datagram().capacity();
        }
        if (next != null) {
            pending.core().backlog().release(next.datagram().capacity());
        }
        return next;
    }

    @Override
    public void failed(@Nullable Throwable cause) {
        Throwable known = cause == null ? new IOException("a transport of datagrams has failed") : cause;
        failure = known; // Also for whoever has yet to use it.
        pending.loop()
                .execute(() -> pending.client().guard(() -> {
                    if (receiver != null) {
                        receiver.abort(CloseReason.BROKEN);
                    }
                }));
        Log.detail("a transport of datagrams has failed", known);
    }

    @Override
    public void reading(boolean on) {
        boolean resumed = on && !reading;
        reading = on;
        if (resumed) {
            pending.loop().execute(delivery);
        }
    }

    @Override
    public void close() {
        int bytes;
        synchronized (waiting) {
            closed = true;
            waiting.clear();
            bytes = waitingBytes;
            waitingBytes = 0;
        }
        pending.core().backlog().release(bytes);
        @Nullable DatagramTransport made = transport;
        transport = null;
        if (made != null) {
            Elsewhere.close(pending.core().carriers(), made);
        }
    }
}
