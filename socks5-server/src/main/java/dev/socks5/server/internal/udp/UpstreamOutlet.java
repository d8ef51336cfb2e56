package dev.socks5.server.internal.udp;

import dev.socks5.codec.DatagramPath;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.UdpPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The socket by which an association reaches the relay of an upstream or, through it, those further on, see
 * {@link DatagramPath}. See {@link UpstreamAnswers} for the answers that it takes.
 */
final class UpstreamOutlet implements Outlet, UdpPort.Owner {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Receiver receiver;
    private final DatagramPath path;
    private final boolean isProtected;
    private final UdpPort port;
    private final UpstreamAnswers answers = new UpstreamAnswers();

    /**
     * Opens the socket.
     *
     * @param first the relay of the first upstream
     * @param relays the relays of all upstreams, in order, each as the one before it knows it
     */
    UpstreamOutlet(
            EventLoop loop, Egress egress, InetSocketAddress first, List<DatagramPath.Relay> relays, Receiver receiver)
            throws IOException {
        this.receiver = receiver;
        this.path = DatagramPath.of(relays);
        this.isProtected = relays.stream().anyMatch(relay -> relay.protection().isPresent());
        this.port = UdpPort.towards(loop, first.getAddress(), egress, 0, this);
        try {
            port.connect(first);
        } catch (Throwable e) {
            port.close();
            throw e;
        }
    }

    @Override
    public Way to(Endpoint target) {
        answers.open(target);
        return isProtected ? new ProtectedWay(target) : new PlainWay(target);
    }

    private final class PlainWay implements Way {
        private final Endpoint target;
        private final ByteBuffer headers;

        private PlainWay(Endpoint target) {
            this.target = target;
            this.headers = path.headers(target);
        }

        @Override
        public boolean send(ByteBuffer payload) {
            return port.send(headers.rewind(), payload);
        }

        @Override
        public void release() {
            answers.giveUp(target);
        }
    }

    private final class ProtectedWay implements Way {
        private final Endpoint target;

        private ProtectedWay(Endpoint target) {
            this.target = target;
        }

        @Override
        public boolean send(ByteBuffer payload) {
            return sendProtected(target, payload);
        }

        @Override
        public void release() {
            answers.giveUp(target);
        }
    }

    private boolean sendProtected(Endpoint target, ByteBuffer payload) {
        try {
            return port.send(path.wrap(target, payload), NOTHING);
        } catch (IOException e) {
            return false; // It is too long now, or the protection has ended.
        }
    }

    @Override
    public void received(InetSocketAddress from, ByteBuffer datagram) {
        Optional<DatagramPath.Received> received = unwrapped(datagram);
        receiver.answered();
        if (received.isPresent() && answers.take(received.get().source())) {
            receiver.deliver(received.get().whole(), received.get().data().remaining());
        } else {
            receiver.refuse();
        }
    }

    private Optional<DatagramPath.Received> unwrapped(ByteBuffer datagram) {
        try {
            return path.unwrap(datagram);
        } catch (IOException e) {
            return Optional.empty(); // The protection has ended, and so will this.
        }
    }

    @Override
    public void abort(CloseReason reason) {
        receiver.abort(reason);
    }

    @Override
    public void reading(boolean on) {
        port.reading(on);
    }

    @Override
    public void close() {
        port.close();
    }
}
