package dev.socks5.server.internal.report;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.internal.usage.Totals;
import dev.socks5.server.operation.Usage;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Adds up what a server does, while it does it; safe for use by several threads. It counts events as a listener. What
 * is relayed is added where that is done, see {@link dev.socks5.server.internal.usage.Meter}.
 */
public final class Counters implements Socks5ServerListener {

    private final AtomicInteger tunnels = new AtomicInteger();
    private final AtomicInteger associations = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder loginsFailed = new LongAdder();
    private final LongAdder requestsFailed = new LongAdder();
    private final LongAdder associationsMoved = new LongAdder();
    private final Totals relayed = new Totals();

    /**
     * Returns the figures of this moment.
     *
     * @param connections how many are open, which others count anyway
     */
    public ServerStatistics statistics(int connections) {
        Usage usage = relayed.usage();
        return new ServerStatistics(
                connections,
                tunnels.get(),
                associations.get(),
                accepted.sum(),
                rejected.sum(),
                loginsFailed.sum(),
                requestsFailed.sum(),
                associationsMoved.sum(),
                usage.bytesUp(),
                usage.bytesDown(),
                usage.datagrams());
    }

    @Override
    public void accepted(SessionInfo session) {
        accepted.increment();
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        rejected.increment();
    }

    @Override
    public void loginFailed(SessionInfo session, String reason) {
        loginsFailed.increment();
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        requestsFailed.increment();
    }

    @Override
    public void associationMoved(SessionInfo session, InetSocketAddress from, InetSocketAddress to) {
        associationsMoved.increment();
    }

    /** Returns the number of open tunnels, for whoever opens and closes one. */
    public AtomicInteger tunnels() {
        return tunnels;
    }

    /** Returns the number of open associations, for whoever opens and closes one. */
    public AtomicInteger associations() {
        return associations;
    }

    /** Returns what has been relayed, for whoever relays. */
    public Totals relayed() {
        return relayed;
    }
}
