package dev.socks5.server.internal.command;

import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.limits.Bandwidth;
import dev.socks5.server.internal.limits.MemoryPlan;
import dev.socks5.server.internal.limits.Pacer;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Layer;
import dev.socks5.server.internal.net.Timers;
import dev.socks5.server.internal.session.Ticket;
import dev.socks5.server.internal.usage.Meter;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Joins two connections: the bytes that one sends, the other receives. Each direction reads only once everything that
 * it has read before has been sent, so a slow reader slows its writer down and memory stays bounded. The end of one
 * direction is passed on and leaves the other open; a reset is passed on as a reset.
 */
final class Tunnel {

    private static final int FIRST_CHUNK = 64 * 1024;
    private static final int LEAST_CHUNK = 8 * 1024;

    private final Ticket ticket;
    private final EventLoop loop;
    private final Meter meter;
    private final @Nullable Quota quota;
    private final Flow up;
    private final Flow down;
    private final Timers.Timer idle;
    private long lastActive;

    private Tunnel(Ticket ticket, Connection client, Connection origin) {
        this.ticket = ticket;
        this.loop = client.loop();
        this.meter = ticket.meter();
        this.quota = ticket.quota();
        this.up = new Flow(client, origin, ticket.bandwidthUp());
        this.down = new Flow(origin, client, ticket.bandwidthDown());
        this.idle = loop.timers().timer(this::checkIdle);
        this.lastActive = loop.nanoTime();
    }

    /**
     * Takes over two connections on one loop.
     *
     * @param early the bytes that the client has sent already, after its request
     */
    static void open(Ticket ticket, Connection client, Connection origin, ByteBuffer early) throws IOException {
        Tunnel tunnel = new Tunnel(ticket, client, origin);
        ticket.relays();
        client.handOver(tunnel.up);
        origin.handOver(tunnel.down);
        try {
            tunnel.up.count(early.remaining());
            origin.write(early);
            tunnel.up.resume();
            tunnel.down.resume();
            tunnel.idle.set(tunnel.idleLimit());
        } catch (IOException e) {
            tunnel.abort(CloseReason.BROKEN);
        }
    }

    /** One direction, and the owner of the connection that it reads from. */
    private final class Flow implements Connection.Owner {
        private final Connection source;
        private final Connection sink;
        private final @Nullable Pacer pacer;
        private final int greatestChunk;
        private final boolean layered;
        private int chunk;
        private boolean ended;

        private Flow(Connection source, Connection sink, @Nullable Bandwidth bandwidth) {
            this.source = source;
            this.sink = sink;
            this.pacer = bandwidth == null ? null : new Pacer(bandwidth, loop.timers(), this::resume);
            Layer layer = sink.layer();
            this.greatestChunk = layer == null ? MemoryPlan.GREATEST_BUFFER : layer.greatestChunk();
            this.layered = source.layer() != null;
            this.chunk = Math.min(FIRST_CHUNK, greatestChunk);
        }

        @Override
        public void readable() throws IOException {
            if (mayRead()) { // Something protected may be there to be read all the time: it waits for its turn.
                pump();
            }
        }

        private boolean mayRead() {
            return !ended && !sink.hasUnsent() && !pausing();
        }

        private boolean pausing() {
            return pacer != null && pacer.pausing();
        }

        private void pump() throws IOException {
            ByteBuffer buffer = loop.buffer();
            limit(buffer);
            boolean used = quota != null && keepToQuota(buffer, quota.next());
            int count = source.read(buffer);
            if (count < 0) {
                ended = true;
                source.reading(false);
                passEndOn();
                return;
            }
            if (used && count > 0) {
                Tunnel.this.abort(CloseReason.QUOTA_USED);
                return;
            }
            lastActive = loop.nanoTime();
            count(count);
            boolean taken = sink.write(buffer.flip());
            adapt(count, taken);
            if (!taken || pausing()) {
                source.reading(false);
            }
        }

        /** Leaves as much room in a buffer as is to be read at once. */
        private void limit(ByteBuffer empty) {
            empty.limit(Math.min(empty.limit(), chunk));
            if (pacer != null) {
                pacer.limit(empty);
            }
        }

        /**
         * Leaves as much room in a buffer as the user has left: one byte if that is nothing, because the end may still
         * come, and has to be passed on.
         *
         * @return whether it is nothing
         */
        private static boolean keepToQuota(ByteBuffer empty, int left) {
            empty.limit(Math.min(empty.limit(), Math.max(1, left)));
            return left == 0;
        }

        private void count(int read) {
            if (this == up) {
                meter.up(read);
            } else {
                meter.down(read);
            }
            if (quota != null) {
                quota.charge(read);
            }
            if (pacer != null) {
                pacer.charge(read);
            }
        }

        /** A large read costs less, but the part that the sink does not take has to be kept. */
        private void adapt(int read, boolean taken) {
            if (!taken) {
                chunk = Math.max(chunk / 2, LEAST_CHUNK);
            } else if (read == chunk || (layered && read >= chunk / 2)) { // A layer gives whole records.
                chunk = Math.min(chunk * 2, greatestChunk);
            }
        }

        /** Goes on with the other direction, which has sent something to this one's source. */
        @Override
        public void sent(boolean everything) {
            lastActive = loop.nanoTime();
            if (!everything) {
                return;
            }
            if (up.ended && down.ended) {
                close();
            } else {
                Flow other = this == up ? down : up;
                other.source.reading(other.mayRead());
            }
        }

        /** Reads on, where nothing forbids it. */
        private void resume() {
            lastActive = loop.nanoTime(); // To wait for its turn is not to be idle.
            source.reading(mayRead());
        }

        /** Passes the end on. Everything before it has been sent, or it would not have been read. */
        private void passEndOn() throws IOException {
            if (up.ended && down.ended) {
                if (sink.finish()) {
                    close(); // This passes on the second end, too.
                }
            } else {
                sink.shutdownOutput();
                idle.set(idleLimit());
            }
        }

        @Override
        public void abort(CloseReason reason) {
            Tunnel.this.abort(reason);
        }

        private void stop() {
            if (pacer != null) {
                pacer.cancel();
            }
        }
    }

    private long idleLimit() {
        return ticket.settings().timeouts().idle(up.ended || down.ended);
    }

    private void checkIdle() {
        long left = idleLimit() - (loop.nanoTime() - lastActive);
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

    private void abort(CloseReason reason) {
        up.source.drop(); // First: the rest takes memory, and there may be none.
        down.source.drop();
        try {
            end(reason);
        } finally {
            up.source.reset();
            down.source.reset();
        }
    }

    private void end(CloseReason reason) {
        idle.cancel();
        up.stop();
        down.stop();
        ticket.end(reason);
    }
}
