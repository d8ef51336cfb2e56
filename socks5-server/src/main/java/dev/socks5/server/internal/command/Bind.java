package dev.socks5.server.internal.command;

import dev.socks5.codec.Address;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.Route;
import dev.socks5.server.Upstream;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.session.PendingRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries out BIND (RFC 1928 sections 4 and 6): {@link PeerListener} or {@link Chain}, first reply, a peer, second
 * reply, {@link Tunnel}.
 *
 * <p>The destination of the request is the peer that is expected: its address counts, its port does not, because nobody
 * knows from which port it will connect. The unspecified address stands for any peer that the rules allow; the server's
 * defaults refuse it.
 */
public final class Bind extends CommandExecution implements Chain.Caller {

    private Route route = Route.direct();
    private boolean awaiting;
    private @Nullable Connection judged; // leads to the peer, whom other terms have granted

    public Bind(PendingRequest pending) {
        super(pending, pending.early());
    }

    @Override
    protected void carryOut(Screening.Outcome outcome) {
        List<InetAddress> expected =
                outcome.addresses().stream().map(InetSocketAddress::getAddress).toList();
        PeerListener listener;
        try {
            Egress egress = settings().egress(outcome.route());
            InetAddress peer = egress.choose(expected);
            InetAddress local = peer.isAnyLocalAddress()
                    ? client.localAddress().getAddress()
                    : egress.towards(client.loop().network(), peer);
            listener = new PeerListener(pending, local, expected, socket -> egress.prepare(socket, peer), this);
        } catch (IOException | UnsupportedOperationException e) {
            // No descriptor, port or route; or not by this hook.
            failed(ReplyCode.GENERAL_FAILURE, Egress.reason(e, "no socket to listen on"));
            return;
        }
        pending.scope().atTheEnd(listener::close);
        client.guard(() -> {
            InetSocketAddress local = listener.localAddress();
            pending.ticket().tell((events, session) -> events.listening(session, local));
            await(settings().commands().advertised(local));
        });
    }

    @Override
    protected void forward(Screening.Outcome outcome) {
        route = outcome.route();
        forward(outcome, this);
    }

    @Override
    public void listening(Reply reply) {
        Upstream last = route.upstreams().get(route.upstreams().size() - 1);
        client.guard(() -> {
            // An upstream with a path is on this host, which the client knows by the address at which it has come.
            Address own = last.path() == null
                    ? last.endpoint().address()
                    : Address.of(client.localAddress().getAddress());
            await(reply.bound().relativeTo(own));
        });
    }

    private void await(Endpoint bound) throws IOException {
        awaiting = true;
        deadline.set(settings().timeouts().bind());
        pending.succeed(bound);
        client.reading(true); // Or nobody would notice that the client has gone.
    }

    /** Takes the expected peer. */
    void connected(Connection peer) {
        openTunnel(peer, far -> Endpoint.of((InetSocketAddress) far.remoteAddress()));
    }

    @Override
    public void opened(Connection upstream, Reply reply) {
        if (pending.ticket().permit().isBy(pending.core().terms())) {
            openTunnel(upstream, far -> reply.bound());
            return;
        }
        judged = upstream;
        pending.scope().atTheEnd(this::closeJudged);
        upstream.reading(false);
        Screening.Outcome granted =
                Objects.requireNonNull(pending.ticket().permit().granted());
        pending.judge(new JudgementAgain(pending.accessRequest(), granted.targets()), outcome -> {
            if (outcome.granted()) {
                judged = null;
                openTunnel(upstream, far -> reply.bound());
            } else {
                failed(outcome.code(), outcome.reason());
            }
        });
    }

    private void closeJudged() {
        if (judged != null) {
            judged.close();
        }
    }

    @Override
    protected String timedOut() {
        return awaiting ? "nobody connected" : "took too long";
    }

    /** Once it is told where to connect to, a client that leaves takes the listener with it. */
    @Override
    protected boolean endMeansLeft() {
        return awaiting;
    }
}
