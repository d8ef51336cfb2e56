package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A socket that waits for one connection from an expected peer. Others are hung up on, and it goes on waiting. */
final class PeerListener implements Handler {

    /** Who waits for it. */
    interface Caller {

        /** The expected peer has connected; the listener is closed. */
        void connected(SocketChannel channel);

        /** Accepting has failed, for want of descriptors as a rule; the listener is closed. */
        void failed();

        /** See {@link Handler#abort}. */
        void abort(CloseReason reason);
    }

    private static final int BACKLOG = 16;

    private final PendingRequest pending;
    private final ServerSocketChannel channel;
    private final List<InetAddress> expected;
    private final Caller caller;
    private final Registration key;
    private @Nullable SocketChannel judged;
    private volatile boolean closed; // read by errands as well

    private PeerListener(PendingRequest pending, ServerSocketChannel channel, List<InetAddress> expected, Caller caller)
            throws IOException {
        this.pending = pending;
        this.channel = channel;
        this.expected = expected;
        this.caller = caller;
        this.key = pending.loop().register(channel, SelectionKey.OP_ACCEPT, this);
    }

    /**
     * Listens.
     *
     * @param local the address to listen on
     * @param expected where the peer may come from; a wildcard, alone, stands for wherever the rules allow
     */
    static PeerListener open(PendingRequest pending, InetAddress local, List<InetAddress> expected, Caller caller)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(Channels.family(local));
        try {
            channel.configureBlocking(false);
            pending.core().settings().relayPorts().bind(local, address -> channel.bind(address, BACKLOG));
            return new PeerListener(pending, channel, expected, caller);
        } catch (Throwable e) {
            Channels.close(channel);
            throw e;
        }
    }

    InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void ready(Registration ready) {
        SocketChannel accepted;
        try {
            accepted = channel.accept();
        } catch (IOException e) {
            close();
            caller.failed();
            return;
        }
        if (accepted == null) {
            return;
        }
        try {
            admit(accepted);
        } catch (Throwable e) {
            Channels.close(accepted);
            throw e;
        }
    }

    private void admit(SocketChannel accepted) {
        Optional<InetSocketAddress> peer = configured(accepted);
        if (peer.isEmpty()) {
            Channels.close(accepted);
        } else if (expected.contains(peer.get().getAddress())) {
            take(accepted);
        } else if (expected.get(0).isAnyLocalAddress()) {
            judge(accepted, peer.get());
        } else {
            Channels.close(accepted);
        }
    }

    private static Optional<InetSocketAddress> configured(SocketChannel accepted) {
        try {
            Channels.configure(accepted);
            return Optional.of((InetSocketAddress) accepted.getRemoteAddress());
        } catch (IOException e) {
            return Optional.empty(); // It is gone already.
        }
    }

    private void judge(SocketChannel accepted, InetSocketAddress peer) {
        key.interestOps(0); // One at a time.
        judged = accepted;
        AccessRequest request = pending.accessRequest().withDestination(Endpoint.of(peer));
        pending.core().screening().screen(request, Screening.DIRECT, pending, () -> closed, outcome -> {
            judged = null;
            if (outcome.granted()) {
                take(accepted);
            } else {
                Channels.close(accepted);
                key.interestOps(SelectionKey.OP_ACCEPT);
            }
        });
    }

    private void take(SocketChannel accepted) {
        close();
        caller.connected(accepted);
    }

    @Override
    public void abort(CloseReason reason) {
        if (!closed) { // Else the caller has the peer already, and its tunnel ends by itself.
            caller.abort(reason);
        }
    }

    void close() {
        closed = true;
        key.close();
        if (judged != null) {
            Channels.close(judged);
        }
    }
}
