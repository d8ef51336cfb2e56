package dev.socks5.server;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT request (RFC 1928 sections 4 and 6) on its way to a tunnel, or to a failure reply.
 *
 * <pre>
 * screening -&gt; {@link Dial} or {@link Chain} -&gt; reply -&gt; {@link Tunnel}
 *          \                  \
 *           +------------------+--&gt; {@link Farewell}
 * </pre>
 *
 * <p>One deadline holds for all of it. A client that resets its connection meanwhile ends it, see {@link EarlyInput}.
 */
final class Connect implements Connection.Owner, Dial.Caller, Chain.Caller {

    private final PendingRequest pending;
    private final Connection client;
    private final Timers.Timer deadline;
    private final EarlyInput early;
    private @Nullable Dial dial;
    private @Nullable Chain chain;
    private volatile boolean over; // read by errands as well

    private Connect(PendingRequest pending) {
        this.pending = pending;
        this.client = pending.client();
        this.early = new EarlyInput(client, pending.early());
        this.deadline = pending.loop().timers().timer(this::expire);
    }

    /** Takes over a client that waits for the reply. */
    static void carryOut(PendingRequest pending) {
        Connect connect = new Connect(pending);
        connect.client.handOver(connect);
        connect.deadline.set(Settings.nanos(pending.core().settings().connectTimeout()));
        pending.core().screening().screen(pending, () -> connect.over, connect::dial);
    }

    private void dial(Screening.Outcome outcome) {
        Route route = outcome.route();
        if (!outcome.granted()) {
            failed(outcome.code(), outcome.reason());
        } else if (route.isDirect()) {
            dial = new Dial(client.loop(), outcome.addresses(), route.egress(), this);
            dial.proceed();
        } else {
            Request forwarded = Request.connect(outcome.targets().get(0));
            chain = new Chain(pending, route, forwarded, this);
            chain.start();
        }
    }

    @Override
    public void connected(SocketChannel channel) {
        client.guard(() -> {
            try {
                Connection origin = new Connection(client.loop(), channel);
                openTunnel(origin, Endpoint.of(origin.localAddress()));
            } catch (Throwable e) {
                Channels.close(channel);
                throw e;
            }
        });
    }

    @Override
    public void opened(Connection upstream, Reply reply) {
        Endpoint bound = reply.bound();
        // A name would have to be looked up, and might not mean here what it means there.
        boolean isName = bound.address() instanceof DomainName;
        client.guard(() -> openTunnel(upstream, isName ? Endpoint.UNSPECIFIED : bound));
    }

    private void openTunnel(Connection far, Endpoint bound) throws IOException {
        try {
            end();
            InetSocketAddress peer = far.remoteAddress();
            Ticket ticket = pending.ticket();
            ticket.tell((listener, session) -> listener.connected(session, peer, ticket.sinceRequest()));
            pending.succeed(pending.core().settings().hideBoundAddress() ? Endpoint.UNSPECIFIED : bound);
            Tunnel.open(ticket, client, far, early.take());
        } catch (Throwable e) {
            far.close();
            throw e;
        }
    }

    @Override
    public void failed(ReplyCode code) {
        failed(code, "connect failed");
    }

    private void expire() {
        failed(ReplyCode.HOST_UNREACHABLE, "connect timed out" + (chain == null ? "" : " at " + chain.whereabouts()));
    }

    @Override
    public void failed(ReplyCode code, String reason) {
        end();
        pending.fail(code, reason);
    }

    @Override
    public void readable() throws IOException {
        if (!early.receive(endMeansLeft())) {
            abort(CloseReason.CLIENT_LEFT);
        }
    }

    /** Many a client ends its output and waits for what comes. One that has asked for nothing waits for nothing, perhaps. */
    private boolean endMeansLeft() {
        return early.isEmpty() && pending.core().settings().hangUpOnEarlyEnd();
    }

    @Override
    public void abort(CloseReason reason) {
        try {
            end();
        } finally {
            client.close();
            pending.ticket().end(reason);
        }
    }

    private void end() {
        over = true;
        deadline.cancel();
        if (dial != null) {
            dial.cancel();
        }
        if (chain != null) {
            chain.cancel();
        }
    }
}
