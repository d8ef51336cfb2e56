package dev.socks5.server.internal.command;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Listener;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.session.PendingRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waits for the one connection that a BIND is about. It closes others and goes on waiting. */
final class PeerListener implements Listener.Owner {

    private static final int BACKLOG = 16;

    private final PendingRequest pending;
    private final List<InetAddress> expected;
    private final Bind bind;
    private final Listener listener;
    private Listener.@Nullable Accepted judged;

    /**
     * Begins to listen.
     *
     * @param local the address to listen on
     * @param expected the addresses that the peer may come from; a wildcard, alone, stands for any that the rules allow
     * @param preparation of the socket
     */
    PeerListener(
            PendingRequest pending,
            InetAddress local,
            List<InetAddress> expected,
            Listener.Preparation preparation,
            Bind bind)
            throws IOException {
        this.pending = pending;
        this.expected = expected;
        this.bind = bind;
        this.listener = Listener.bind(
                pending.loop().network(), local, pending.settings().relays().ports(), BACKLOG, preparation);
        try {
            listener.start(pending.loop(), this);
        } catch (Throwable e) {
            listener.close();
            throw e;
        }
    }

    InetSocketAddress localAddress() throws IOException {
        return listener.localAddress();
    }

    @Override
    public void accepted(Listener.Accepted peer) {
        InetAddress address = ip(peer).getAddress();
        if (expected.get(0).isAnyLocalAddress()) {
            AccessRequest fromThere = pending.accessRequest().withDestination(Endpoint.of(ip(peer)));
            judge(peer, new RequestJudgement(fromThere, Screening.DIRECT));
        } else if (!expected.contains(address)) {
            peer.close();
        } else if (pending.ticket().permit().isBy(pending.core().terms())) {
            take(peer);
        } else { // It was granted by others.
            AccessRequest request = pending.accessRequest();
            int port = request.destination().port(); // That of the request, which the rules have seen.
            Endpoint granted = Endpoint.of(new InetSocketAddress(address, port));
            judge(peer, new JudgementAgain(request, List.of(granted)));
        }
    }

    private static InetSocketAddress ip(Listener.Accepted peer) {
        return (InetSocketAddress) peer.address();
    }

    private void take(Listener.Accepted peer) {
        pending.client().guard(() -> {
            try {
                bind.connected(peer.on(pending.loop()));
            } catch (Throwable e) {
                peer.close();
                throw e;
            }
        });
    }

    private void judge(Listener.Accepted peer, PendingRequest.Judgement judgement) {
        listener.accepting(false); // One at a time.
        judged = peer;
        pending.judge(judgement, outcome -> {
            judged = null;
            if (outcome.granted()) {
                take(peer);
            } else {
                peer.close();
                listener.accepting(true);
            }
        });
    }

    @Override
    public void failed(Throwable cause) {
        bind.failed(ReplyCode.GENERAL_FAILURE, "cannot accept");
    }

    @Override
    public void abort(CloseReason reason) {
        if (!pending.scope().isOver()) { // Else the caller has the peer already, and its tunnel ends by itself.
            bind.abort(reason);
        }
    }

    void close() {
        listener.close();
        if (judged != null) {
            judged.close();
        }
    }
}
