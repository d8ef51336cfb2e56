package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sockets by which an association reaches its destinations itself: one for each address family, opened when needed.
 * Answers are taken from addresses and ports to which there is a way.
 */
final class DirectOutlet implements Outlet, Handler {

    /** As much as the longest header of an IP address takes (RFC 1928 section 7). */
    private static final int HEADER_ROOM = 22;

    private final EventLoop loop;
    private final Egress egress;
    private final UdpRelay.Association association;
    private final Receiver receiver;
    private final Map<InetSocketAddress, Integer> ways = new HashMap<>();
    private @Nullable Registration ipv4;
    private @Nullable Registration ipv6;
    private boolean reading = true;

    DirectOutlet(EventLoop loop, Egress egress, UdpRelay.Association association, Receiver receiver) {
        this.loop = loop;
        this.egress = egress;
        this.association = association;
        this.receiver = receiver;
    }

    @Override
    public Way to(Endpoint endpoint) {
        InetSocketAddress target = endpoint.toInetSocketAddress();
        ways.merge(target, 1, Integer::sum);
        return new Way() {
            @Override
            public boolean send(ByteBuffer payload) {
                return DirectOutlet.this.send(payload, target);
            }

            @Override
            public void release() {
                ways.computeIfPresent(target, (address, count) -> count == 1 ? null : count - 1);
            }
        };
    }

    private boolean send(ByteBuffer payload, InetSocketAddress target) {
        try {
            return UdpRelay.sent(channel(target.getAddress()), payload, target);
        } catch (IOException | UnsupportedOperationException e) {
            return false; // No descriptors left, or no such address family on this host.
        }
    }

    private DatagramChannel channel(InetAddress address) throws IOException {
        boolean wantsIpv4 = address instanceof Inet4Address;
        Registration key = wantsIpv4 ? ipv4 : ipv6;
        if (key == null) {
            key = open(address);
            if (wantsIpv4) {
                ipv4 = key;
            } else {
                ipv6 = key;
            }
        }
        return (DatagramChannel) key.channel();
    }

    private Registration open(InetAddress address) throws IOException {
        if (!egress.allows(address)) {
            throw new IOException("no address of that family to leave from");
        }
        DatagramChannel channel = DatagramChannel.open(Channels.family(address));
        try {
            channel.configureBlocking(false);
            egress.bind(channel, address);
            return loop.register(channel, reading ? SelectionKey.OP_READ : 0, this);
        } catch (Throwable e) {
            Channels.close(channel);
            throw e;
        }
    }

    @Override
    public void ready(Registration key) throws IOException {
        DatagramChannel channel = (DatagramChannel) key.channel();
        for (int i = 0; i < UdpRelay.BATCH && reading && channel.isOpen(); i++) {
            ByteBuffer datagram = loop.wholeBuffer().position(HEADER_ROOM);
            InetSocketAddress from = (InetSocketAddress) channel.receive(datagram);
            if (from == null) {
                return;
            }
            if (ways.containsKey(from)) {
                deliver(from, datagram.flip().position(HEADER_ROOM));
            } else {
                receiver.refuse();
            }
        }
    }

    /** Puts the header right before the payload. */
    private void deliver(InetSocketAddress from, ByteBuffer datagram) {
        int length = datagram.remaining();
        UdpHeader header = UdpHeader.of(Endpoint.of(from));
        int start = datagram.position() - header.encodedLength();
        header.encode(datagram.position(start));
        receiver.deliver(datagram.position(start), length);
    }

    @Override
    public void abort(CloseReason reason) {
        association.abort(reason);
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        sockets().forEach(key -> key.interestOps(on ? SelectionKey.OP_READ : 0));
    }

    private Stream<Registration> sockets() {
        return Stream.of(ipv4, ipv6).filter(Objects::nonNull);
    }

    @Override
    public void close() {
        // No stream: memory may be short at the end.
        if (ipv4 != null) {
            ipv4.close();
        }
        if (ipv6 != null) {
            ipv6.close();
        }
    }
}
