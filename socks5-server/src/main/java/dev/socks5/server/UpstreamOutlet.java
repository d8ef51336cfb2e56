package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.Optional;

/**
 * The socket by which an association reaches the relay of an upstream or, through it, those further on: each datagram has
 * a header for every upstream, the outermost for the first, and each upstream takes one off or puts one on. Which answers
 * have been asked for is for the last upstream to know.
 */
final class UpstreamOutlet implements Outlet, Handler {

    private final EventLoop loop;
    private final UdpRelay.Association association;
    private final Receiver receiver;
    private final DatagramChannel channel;
    private final Registration key;
    private final List<UdpHeader> toLastRelay;

    private UpstreamOutlet(
            EventLoop loop,
            UdpRelay.Association association,
            Receiver receiver,
            DatagramChannel channel,
            List<Endpoint> furtherRelays)
            throws IOException {
        this.loop = loop;
        this.association = association;
        this.receiver = receiver;
        this.channel = channel;
        this.toLastRelay = furtherRelays.stream().map(UdpHeader::of).toList();
        this.key = loop.register(channel, SelectionKey.OP_READ, this);
    }

    /**
     * Opens the socket.
     *
     * @param first the relay of the first upstream
     * @param furtherRelays those of the upstreams behind it, in order, each as the one before it has to know it
     */
    static UpstreamOutlet open(
            EventLoop loop,
            Egress egress,
            InetSocketAddress first,
            List<Endpoint> furtherRelays,
            UdpRelay.Association association,
            Receiver receiver)
            throws IOException {
        if (!egress.allows(first.getAddress())) {
            throw new IOException("no address of that family to leave from");
        }
        DatagramChannel channel = DatagramChannel.open(Channels.family(first.getAddress()));
        try {
            channel.configureBlocking(false);
            egress.bind(channel, first.getAddress());
            channel.connect(first); // From now on the system drops what comes from elsewhere.
            return new UpstreamOutlet(loop, association, receiver, channel, furtherRelays);
        } catch (Throwable e) {
            Channels.close(channel);
            throw e;
        }
    }

    @Override
    public Way to(Endpoint target) {
        UdpHeader last = UdpHeader.of(target);
        int length = last.encodedLength();
        for (UdpHeader header : toLastRelay) {
            length += header.encodedLength();
        }
        ByteBuffer headers = ByteBuffer.allocate(length);
        toLastRelay.forEach(header -> header.encode(headers));
        last.encode(headers);
        return payload -> send(headers.rewind(), payload);
    }

    private boolean send(ByteBuffer headers, ByteBuffer payload) {
        try {
            return channel.write(new ByteBuffer[] {headers, payload}) > 0;
        } catch (IOException e) {
            return false; // Too long, or no relay there any more: the upstream's connection will tell.
        }
    }

    @Override
    public void ready(Registration ready) throws IOException {
        for (int i = 0; i < UdpRelay.BATCH && key.isValid() && key.interestOps() != 0; i++) {
            ByteBuffer datagram = loop.wholeBuffer();
            try {
                if (channel.read(datagram) == 0) {
                    return;
                }
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                continue; // As in send: what ICMP says of an earlier one, and once for each.
            }
            deliver(datagram.flip());
        }
    }

    private void deliver(ByteBuffer datagram) {
        for (UdpHeader relay : toLastRelay) {
            if (takeHeader(datagram)
                    .filter(source -> isFrom(relay.destination(), source))
                    .isEmpty()) {
                receiver.refuse();
                return;
            }
        }
        int start = datagram.position();
        if (takeHeader(datagram).isPresent()) {
            int length = datagram.remaining();
            receiver.deliver(datagram.position(start), length);
        } else {
            receiver.refuse();
        }
    }

    /** Not every upstream looks at who sends to its relay. Of one that is known by name, only the port can be compared. */
    private static boolean isFrom(Endpoint relay, Endpoint source) {
        return Screening.isName(relay)
                ? relay.port() == source.port()
                : Screening.unmapped(relay).equals(Screening.unmapped(source));
    }

    private static Optional<Endpoint> takeHeader(ByteBuffer datagram) {
        try {
            return UdpHeader.decode(datagram)
                    .filter(header -> header.fragment() == 0)
                    .map(UdpHeader::destination);
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }

    @Override
    public void abort(CloseReason reason) {
        association.abort(reason);
    }

    @Override
    public void reading(boolean on) {
        key.interestOps(on ? SelectionKey.OP_READ : 0);
    }

    @Override
    public void close() {
        key.close();
    }
}
