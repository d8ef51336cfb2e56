package dev.socks5.server.internal.command;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Listener;
import dev.socks5.server.internal.policy.Screening;
import dev.socks5.server.internal.session.PendingRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waits for one connection from an expected peer. It closes others and goes on waiting. */
final class PeerListener implements Listener.Owner {

    /** Waits for the peer. */
    interface Caller {

        /** Called when the expected peer has connected. Closes the listener. */
        void connected(Connection peer);

        /** Called when accepting has failed, mostly because there are no descriptors. Closes the listener. */
        void failed(ReplyCode code, String reason);

        /** See {@link Listener.Owner#abort}. */
        void abort(CloseReason reason);
    }

    private static final int BACKLOG = 16;

    private final PendingRequest pending;
    private final List<InetAddress> expected;
    private final Caller caller;
    private final Listener listener;
    private Listener.@Nullable Accepted judged;

    /**
     * Begins to listen.
     *
     * @param local the address to listen on
     * @param expected the addresses that the peer may come from; a wildcard, alone, stands for any that the rules allow
     */
    PeerListener(PendingRequest pending, InetAddress local, List<InetAddress> expected, Caller caller)
            throws IOException {
        this.pending = pending;
        this.expected = expected;
        this.caller = caller;
        this.listener = Listener.bind(local, pending.settings().relays().ports(), BACKLOG);
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
        InetAddress address = peer.address().getAddress();
        if (expected.contains(address)) {
            take(peer);
        } else if (expected.get(0).isAnyLocalAddress()) {
            judge(peer);
        } else {
            peer.close();
        }
    }

    private void take(Listener.Accepted peer) {
        pending.client().guard(() -> {
            try {
                caller.connected(peer.on(pending.loop()));
            } catch (Throwable e) {
                peer.close();
                throw e;
            }
        });
    }

    private void judge(Listener.Accepted peer) {
        listener.accepting(false); // One at a time.
        judged = peer;
        AccessRequest request = pending.accessRequest().withDestination(Endpoint.of(peer.address()));
        pending.core().screening().screen(request, Screening.DIRECT, pending.scope(), outcome -> {
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
        caller.failed(ReplyCode.GENERAL_FAILURE, "cannot accept");
    }

    @Override
    public void abort(CloseReason reason) {
        if (!pending.scope().isOver()) { // Else the caller has the peer already, and its tunnel ends by itself.
            caller.abort(reason);
        }
    }

    void close() {
        listener.close();
        if (judged != null) {
            judged.close();
        }
    }
}
