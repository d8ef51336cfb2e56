package dev.socks5.micrometer;

import dev.socks5.codec.Command;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times what a server does, from its events and its statistics. It is bound to a registry, given to the
 * builder as a listener, and then told of the server:
 *
 * <pre>{@code
 * Socks5ServerMetrics metrics = new Socks5ServerMetrics();
 * metrics.bindTo(registry);
 * Socks5Server server = Socks5Server.builder().listen("127.0.0.1", 1080).listener(metrics).start();
 * metrics.watch(server);
 * }</pre>
 *
 * <p>It serves one server and one registry at a time. Where a registry has the figures of several servers, each needs a
 * tag with a value of its own, such as {@code server=inner}. {@code docs/metrics.md} has a table of all meters.
 *
 * <p>The registry keeps neither this object nor the server alive; the running server does. When a server was closed,
 * its gauges read 0 and its counters stay. {@link #close} takes them away. Safe for use by several threads.
 */
public final class Socks5ServerMetrics implements MeterBinder, Socks5ServerListener, AutoCloseable {

    private static final ServerStatistics NOTHING =
            new ServerStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, DatagramCounts.NONE);

    private final Tags tags;
    private volatile @Nullable Socks5Server server;
    private volatile @Nullable ServerMeters meters;

    /** Makes metrics without further tags. */
    public Socks5ServerMetrics() {
        this(Tags.empty());
    }

    /**
     * Makes metrics with further tags.
     *
     * @param tags are on every meter; all servers of a registry need the same keys
     */
    public Socks5ServerMetrics(Iterable<Tag> tags) {
        this.tags = Tags.of(tags);
    }

    /**
     * Adds the meters to a registry. Events before that are not counted, except those that the server's statistics
     * have: bind it before the server is started.
     *
     * @param registry gets the meters
     * @throws IllegalStateException if it is bound already, or the registry has the meters of another server with these
     *     tags
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (meters != null) {
            throw new IllegalStateException("bound already; for several registries, bind it to a composite of them");
        }
        meters = new ServerMeters(registry, tags, this);
    }

    /**
     * Takes the statistics from a server, the one that has this as its listener. Until then they are 0.
     *
     * @param server a server that was started
     * @throws IllegalStateException if it watches another server already
     */
    public synchronized void watch(Socks5Server server) {
        if (this.server != null && this.server != server) {
            throw new IllegalStateException("each server needs metrics of its own");
        }
        this.server = server;
    }

    /** Returns the figures of this moment; all 0 before there is a server. */
    ServerStatistics statistics() {
        Socks5Server watched = server;
        return watched == null ? NOTHING : watched.statistics();
    }

    /** Takes its meters from the registry. It may be bound again. */
    @Override
    public synchronized void close() {
        ServerMeters bound = meters;
        meters = null;
        if (bound != null) {
            bound.remove();
        }
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        ServerMeters bound = meters;
        if (bound != null) {
            bound.rejected(reason);
        }
    }

    @Override
    public void requested(SessionInfo session) {
        ServerMeters bound = meters;
        if (bound != null) {
            bound.requested(command(session));
        }
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        ServerMeters bound = meters;
        if (bound != null) {
            bound.requestFailed(code);
        }
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        ServerMeters bound = meters;
        if (bound != null) {
            bound.connected(command(session), taken);
        }
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        ServerMeters bound = meters;
        if (bound != null) {
            bound.closed(ending);
        }
    }

    private static Command command(SessionInfo session) {
        Request request = session.request();
        return request == null ? Command.CONNECT : request.command();
    }
}
