package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A socket that waits for one connection from an expected peer. It closes others and goes on waiting. */
final class PeerListener implements Handler {

    /** Who waits for it. */
    interface Caller {

        /** The expected peer has connected; the listener is closed. */
        void connected(Connection peer);

        /** Accepting has failed, mostly because there are no descriptors; the listener is closed. */
        void failed(ReplyCode code, String reason);

        /** See {@link Handler#abort}. */
        void abort(CloseReason reason);
    }

    private static final int BACKLOG = 16;

    private final PendingRequest pending;
    private final ServerSocketChannel channel;
    private final List<InetAddress> expected;
    private final Caller caller;
    private final Registration key;
    private @Nullable Connection judged;

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
            pending.settings().relays().ports().bind(local, address -> channel.bind(address, BACKLOG));
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
            caller.failed(ReplyCode.GENERAL_FAILURE, "cannot accept");
            return;
        }
        if (accepted == null) {
            return;
        }
        try {
            Channels.configure(accepted);
            admit(new Connection(pending.loop(), accepted));
        } catch (IOException e) {
            Channels.close(accepted); // It is gone already.
        } catch (Throwable e) {
            Channels.close(accepted);
            throw e;
        }
    }

    private void admit(Connection peer) throws IOException {
        InetSocketAddress address = peer.remoteAddress();
        if (expected.contains(address.getAddress())) {
            caller.connected(peer);
        } else if (expected.get(0).isAnyLocalAddress()) {
            judge(peer, address);
        } else {
            peer.close();
        }
    }

    private void judge(Connection peer, InetSocketAddress address) {
        key.interestOps(0); // One at a time.
        judged = peer;
        AccessRequest request = pending.accessRequest().withDestination(Endpoint.of(address));
        pending.core().screening().screen(request, Screening.DIRECT, pending.scope(), outcome -> {
            judged = null;
            if (outcome.granted()) {
                caller.connected(peer);
            } else {
                peer.close();
                key.interestOps(SelectionKey.OP_ACCEPT);
            }
        });
    }

    @Override
    public void abort(CloseReason reason) {
        if (key.isValid()) { // Else the caller has the peer already, and its tunnel ends by itself.
            caller.abort(reason);
        }
    }

    void close() {
        key.close();
        if (judged != null) {
            judged.close();
        }
    }
}
