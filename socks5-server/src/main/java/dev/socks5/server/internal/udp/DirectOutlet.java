package dev.socks5.server.internal.udp;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.UdpPort;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sockets by which an association reaches its destinations itself: one for each address family, opened when needed.
 * Answers are taken from addresses and ports to which there is a way.
 */
final class DirectOutlet implements Outlet, UdpPort.Owner {

    /** The length of the longest header with an IP address (RFC 1928 section 7). */
    private static final int HEADER_ROOM = 22;

    private final EventLoop loop;
    private final Egress egress;
    private final Receiver receiver;
    private final Map<InetSocketAddress, Integer> ways = new HashMap<>();
    private @Nullable UdpPort ipv4;
    private @Nullable UdpPort ipv6;
    private boolean reading = true;

    DirectOutlet(EventLoop loop, Egress egress, Receiver receiver) {
        this.loop = loop;
        this.egress = egress;
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
            return port(target.getAddress()).send(payload, target);
        } catch (IOException | UnsupportedOperationException e) {
            return false; // No descriptors left, or no such address family on this host.
        }
    }

    private UdpPort port(InetAddress target) throws IOException {
        boolean isIpv4 = target instanceof Inet4Address;
        UdpPort known = isIpv4 ? ipv4 : ipv6;
        if (known != null) {
            return known;
        }
        UdpPort opened = UdpPort.towards(loop, target, egress, HEADER_ROOM, this);
        opened.reading(reading);
        if (isIpv4) {
            ipv4 = opened;
        } else {
            ipv6 = opened;
        }
        return opened;
    }

    @Override
    public void received(InetSocketAddress from, ByteBuffer datagram) {
        receiver.answered();
        if (ways.containsKey(from)) {
            deliver(from, datagram);
        } else {
            receiver.refuse();
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
        receiver.abort(reason);
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        if (ipv4 != null) {
            ipv4.reading(on);
        }
        if (ipv6 != null) {
            ipv6.reading(on);
        }
    }

    @Override
    public void close() {
        if (ipv4 != null) {
            ipv4.close();
        }
        if (ipv6 != null) {
            ipv6.close();
        }
    }
}
