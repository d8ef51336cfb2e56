package dev.socks5.server;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A BIND request (RFC 1928 sections 4 and 6) on its way to a tunnel, or to a failure reply.
 *
 * <pre>
 * screening -&gt; {@link PeerListener}, or {@link Chain} -&gt; first reply -&gt; a peer -&gt; second reply -&gt; {@link Tunnel}
 *          \                          \                  \
 *           +--------------------------+------------------+--&gt; {@link Farewell}
 * </pre>
 *
 * <p>The destination of the request is the peer that is expected: its address counts, its port does not, for nobody knows
 * from which port it will connect. The unspecified address stands for any peer that the rules allow; the server's defaults
 * refuse it.
 */
final class Bind implements Connection.Owner, PeerListener.Caller, Chain.Caller {

    private final PendingRequest pending;
    private final Connection client;
    private final Timers.Timer deadline;
    private final EarlyInput early;
    private @Nullable PeerListener listener;
    private Route route = Route.direct();
    private @Nullable Chain chain;
    private boolean awaiting;
    private volatile boolean over; // read by errands as well

    private Bind(PendingRequest pending) {
        this.pending = pending;
        this.client = pending.client();
        this.early = new EarlyInput(client, pending.early());
        this.deadline = pending.loop().timers().timer(this::expire);
    }

    /** Takes over a client that waits for the first reply. */
    static void carryOut(PendingRequest pending) {
        Bind bind = new Bind(pending);
        bind.client.handOver(bind);
        bind.deadline.set(Settings.nanos(bind.settings().connectTimeout()));
        pending.core().screening().screen(pending, () -> bind.over, bind::proceed);
    }

    private Settings settings() {
        return pending.core().settings();
    }

    private void proceed(Screening.Outcome outcome) {
        if (!outcome.granted()) {
            failed(outcome.code(), outcome.reason());
        } else if (outcome.route().isDirect()) {
            listen(outcome);
        } else {
            Request forwarded = new Request(Command.BIND, outcome.targets().get(0));
            route = outcome.route();
            chain = new Chain(pending, route, forwarded, this);
            chain.start();
        }
    }

    private void listen(Screening.Outcome outcome) {
        List<InetAddress> expected =
                outcome.addresses().stream().map(InetSocketAddress::getAddress).toList();
        try {
            Egress egress = outcome.route().egress();
            boolean anybody = expected.get(0).isAnyLocalAddress();
            InetAddress local = anybody ? client.localAddress().getAddress() : egress.towards(egress.choose(expected));
            listener = PeerListener.open(pending, local, expected, this);
        } catch (IOException | UnsupportedOperationException e) {
            failed(ReplyCode.GENERAL_FAILURE, "no socket to listen on"); // No descriptor, port or route.
            return;
        }
        PeerListener opened = listener;
        client.guard(() -> {
            InetSocketAddress local = opened.localAddress();
            pending.ticket().tell((events, session) -> events.listening(session, local));
            await(settings().advertised(local));
        });
    }

    @Override
    public void listening(Reply reply) {
        Upstream last = route.upstreams().get(route.upstreams().size() - 1);
        client.guard(() -> await(UpstreamAssociations.reachable(reply.bound(), last)));
    }

    private void await(Endpoint bound) throws IOException {
        awaiting = true;
        deadline.set(Settings.nanos(settings().bindTimeout()));
        pending.succeed(bound);
        client.reading(true); // Or nobody would notice that the client has gone.
    }

    @Override
    public void connected(SocketChannel channel) {
        client.guard(() -> {
            try {
                Connection peer = new Connection(client.loop(), channel);
                openTunnel(peer, Endpoint.of(peer.remoteAddress()));
            } catch (Throwable e) {
                Channels.close(channel);
                throw e;
            }
        });
    }

    @Override
    public void opened(Connection upstream, Reply reply) {
        client.guard(() -> openTunnel(upstream, reply.bound()));
    }

    private void openTunnel(Connection far, Endpoint peer) throws IOException {
        try {
            end();
            InetSocketAddress remote = far.remoteAddress();
            Ticket ticket = pending.ticket();
            ticket.tell((events, session) -> events.connected(session, remote, ticket.sinceRequest()));
            pending.succeed(peer);
            Tunnel.open(ticket, client, far, early.take());
        } catch (Throwable e) {
            far.close();
            throw e;
        }
    }

    @Override
    public void failed() {
        failed(ReplyCode.GENERAL_FAILURE, "cannot accept");
    }

    @Override
    public void readable() throws IOException {
        // Once it is told where, a client that goes takes the listener with it.
        if (!early.receive(awaiting)) {
            abort(CloseReason.CLIENT_LEFT);
        }
    }

    private void expire() {
        failed(ReplyCode.HOST_UNREACHABLE, awaiting ? "nobody connected" : "took too long");
    }

    @Override
    public void failed(ReplyCode code, String reason) {
        end();
        pending.fail(code, reason);
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
        if (listener != null) {
            listener.close();
        }
        if (chain != null) {
            chain.cancel();
        }
    }
}
