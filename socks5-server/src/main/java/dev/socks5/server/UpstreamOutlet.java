package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The socket by which an association reaches the relay of an upstream or, through it, those further on: each datagram has
 * a header for every upstream, the outermost for the first, and each upstream takes one off or puts one on. Which answers
 * have been asked for is for the last upstream to know.
 */
final class UpstreamOutlet implements Outlet, UdpPort.Owner {

    private final UdpRelay.Association association;
    private final Receiver receiver;
    private final List<UdpHeader> toLastRelay;
    private final UdpPort port;

    /**
     * Opens the socket.
     *
     * @param first the relay of the first upstream
     * @param furtherRelays those of the upstreams behind it, in order, each as the one before it has to know it
     */
    UpstreamOutlet(
            EventLoop loop,
            Egress egress,
            InetSocketAddress first,
            List<Endpoint> furtherRelays,
            UdpRelay.Association association,
            Receiver receiver)
            throws IOException {
        this.association = association;
        this.receiver = receiver;
        this.toLastRelay = furtherRelays.stream().map(UdpHeader::of).toList();
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
        UdpHeader last = UdpHeader.of(target);
        int length = last.encodedLength();
        for (UdpHeader header : toLastRelay) {
            length += header.encodedLength();
        }
        ByteBuffer headers = ByteBuffer.allocate(length);
        toLastRelay.forEach(header -> header.encode(headers));
        last.encode(headers);
        return payload -> port.send(headers.rewind(), payload);
    }

    @Override
    public void received(InetSocketAddress from, ByteBuffer datagram) {
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
        port.reading(on);
    }

    @Override
    public void close() {
        port.close();
    }
}
