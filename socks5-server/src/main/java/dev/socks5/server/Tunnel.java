package dev.socks5.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Two connections joined: what one sends, the other receives. Each direction reads only once the last thing it read has
 * been sent, so a slow reader slows its writer down and memory stays bounded. The end of one direction is passed on and
 * leaves the other open; a reset is passed on as a reset.
 */
final class Tunnel implements Handler {

    private static final int FIRST_CHUNK = 64 * 1024;
    private static final int LEAST_CHUNK = 8 * 1024;

    /** Fits into one protected message, with whatever a mechanism adds. */
    private static final int PROTECTED_CHUNK = 60 * 1024;

    /** One direction. */
    private static final class Flow {
        private final Connection source;
        private final Connection sink;
        private @Nullable Pacer pacer;
        private final int greatestChunk;
        private int chunk;
        private long octets;
        private boolean ended;

        private Flow(Connection source, Connection sink) {
            this.source = source;
            this.sink = sink;
            // To encrypt takes longer than to copy, and others on the loop wait meanwhile.
            this.greatestChunk = sink.isProtected() ? PROTECTED_CHUNK : MemoryPlan.GREATEST_BUFFER;
            this.chunk = Math.min(FIRST_CHUNK, greatestChunk);
        }

        /** Leaves as much room in a buffer as is to be read at once. */
        private void limit(ByteBuffer empty) {
            empty.limit(Math.min(empty.limit(), chunk));
            if (pacer != null) {
                pacer.limit(empty);
            }
        }

        /** The more is read at once the less it costs; but what the sink does not take of it has to be kept. */
        private void adapt(int count, boolean taken) {
            if (!taken) {
                chunk = Math.max(chunk / 2, LEAST_CHUNK);
            } else if (count == chunk) {
                chunk = Math.min(chunk * 2, greatestChunk);
            }
        }

        private boolean pausing() {
            return pacer != null && pacer.pausing();
        }

        private boolean mayRead() {
            return !ended && !sink.hasUnsent() && !pausing();
        }
    }

    private final Ticket ticket;
    private final EventLoop loop;
    private final Flow up;
    private final Flow down;
    private final Timers.Timer idle;
    private long lastActive = System.nanoTime();
    private boolean closed;

    private Tunnel(Ticket ticket, Connection client, Connection origin) {
        this.ticket = ticket;
        this.loop = client.loop();
        this.up = new Flow(client, origin);
        this.down = new Flow(origin, client);
        this.idle = loop.timers().timer(this::checkIdle);
        pace(up, ticket.bandwidthUp());
        pace(down, ticket.bandwidthDown());
    }

    private void pace(Flow flow, @Nullable Bandwidth bandwidth) {
        if (bandwidth != null) {
            flow.pacer = new Pacer(bandwidth, loop.timers(), () -> resume(flow));
        }
    }

    private void resume(Flow flow) {
        lastActive = System.nanoTime(); // To wait for its turn is not to be idle.
        flow.source.reading(flow.mayRead());
    }

    /**
     * Takes over two connections on one loop.
     *
     * @param early what the client has sent already, after its request
     */
    static void open(Ticket ticket, Connection client, Connection origin, ByteBuffer early) throws IOException {
        Tunnel tunnel = new Tunnel(ticket, client, origin);
        ticket.relays();
        client.hand(tunnel);
        origin.hand(tunnel);
        try {
            tunnel.count(tunnel.up, early.remaining());
            origin.write(early);
            client.reading(tunnel.up.mayRead());
            origin.reading(tunnel.down.mayRead());
            tunnel.idle.set(tunnel.idleLimit());
        } catch (IOException e) {
            tunnel.abort(CloseReason.BROKEN);
        }
    }

    @Override
    public void ready(Registration key) throws IOException {
        Flow from = up.source.has(key) ? up : down;
        Flow into = from == up ? down : up;
        if (key.isWritable()) {
            drain(into);
        }
        // Something protected may be there to be read all the time: it waits for its turn like the rest.
        if (!closed && from.mayRead() && from.source.isReadable(key)) {
            pump(from);
        }
    }

    private void pump(Flow flow) throws IOException {
        ByteBuffer buffer = loop.buffer();
        flow.limit(buffer);
        int count = flow.source.read(buffer);
        if (count < 0) {
            flow.ended = true;
            flow.source.reading(false);
            finish(flow);
            return;
        }
        lastActive = System.nanoTime();
        count(flow, count);
        boolean taken = flow.sink.write(buffer.flip());
        flow.adapt(count, taken);
        if (!taken || flow.pausing()) {
            flow.source.reading(false);
        }
    }

    private void count(Flow flow, int octets) {
        flow.octets += octets;
        Tally tally = ticket.core().tally();
        if (flow == up) {
            tally.octetsUp(octets);
        } else {
            tally.octetsDown(octets);
        }
        if (flow.pacer != null) {
            flow.pacer.charge(octets);
        }
    }

    private void drain(Flow flow) throws IOException {
        lastActive = System.nanoTime();
        if (flow.sink.flush()) {
            flow.source.reading(flow.mayRead());
        }
    }

    /** Passes the end on. Everything before it has been sent, or it would not have been read. */
    private void finish(Flow flow) throws IOException {
        if (up.ended && down.ended) {
            close(); // Which passes on the second end, too.
        } else {
            flow.sink.shutdownOutput();
            idle.set(idleLimit());
        }
    }

    private long idleLimit() {
        return ticket.settings().idleNanos(up.ended || down.ended);
    }

    private void checkIdle() {
        long left = idleLimit() - (System.nanoTime() - lastActive);
        if (left > 0) {
            idle.set(left);
        } else if (up.pausing() || down.pausing()) {
            idle.set(idleLimit());
        } else {
            abort(CloseReason.IDLE_TIMEOUT);
        }
    }

    private void close() {
        try {
            end(CloseReason.FINISHED);
        } finally {
            up.source.close();
            down.source.close();
        }
    }

    @Override
    public void abort(CloseReason reason) {
        up.source.drop(); // First: what follows takes memory, and there may be none.
        down.source.drop();
        try {
            end(reason);
        } finally {
            up.source.reset();
            down.source.reset();
        }
    }

    private void end(CloseReason reason) {
        closed = true;
        idle.cancel();
        stop(up);
        stop(down);
        ticket.end(reason, up.octets, down.octets, null);
    }

    private static void stop(Flow flow) {
        if (flow.pacer != null) {
            flow.pacer.cancel();
        }
    }
}
