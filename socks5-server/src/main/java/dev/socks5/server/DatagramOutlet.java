package dev.socks5.server;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** The sockets by which one association reaches its destinations: one for each address family, opened when needed. */
final class DatagramOutlet implements Handler {

    /** Who gets the datagrams that come in. */
    interface Receiver {

        /**
         * Takes one.
         *
         * @param datagram its payload, with room for a header before the position
         */
        void receive(InetSocketAddress from, ByteBuffer datagram) throws IOException;
    }

    /** As much as the longest header of an IP address takes (RFC 1928 section 7). */
    private static final int HEADER_ROOM = 22;

    private final EventLoop loop;
    private final Handler association;
    private final Receiver receiver;
    private @Nullable DatagramChannel ipv4;
    private @Nullable DatagramChannel ipv6;

    DatagramOutlet(EventLoop loop, Handler association, Receiver receiver) {
        this.loop = loop;
        this.association = association;
        this.receiver = receiver;
    }

    /** Sends a datagram, if the system takes it now. */
    boolean send(ByteBuffer payload, InetSocketAddress target) {
        try {
            return UdpRelay.sent(channel(target.getAddress()), payload, target);
        } catch (IOException | UnsupportedOperationException e) {
            return false; // No descriptors left, or no such address family on this host.
        }
    }

    private DatagramChannel channel(InetAddress address) throws IOException {
        boolean wantsIpv4 = address instanceof Inet4Address;
        DatagramChannel channel = wantsIpv4 ? ipv4 : ipv6;
        if (channel == null) {
            channel = open(address);
            if (wantsIpv4) {
                ipv4 = channel;
            } else {
                ipv6 = channel;
            }
        }
        return channel;
    }

    private DatagramChannel open(InetAddress address) throws IOException {
        DatagramChannel channel = DatagramChannel.open(Channels.family(address));
        try {
            channel.configureBlocking(false);
            channel.bind(null);
            loop.register(channel, SelectionKey.OP_READ, this);
            return channel;
        } catch (Throwable e) {
            Channels.close(channel);
            throw e;
        }
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        DatagramChannel channel = (DatagramChannel) key.channel();
        for (int i = 0; i < UdpRelay.BATCH && channel.isOpen(); i++) {
            ByteBuffer datagram = loop.wholeBuffer().position(HEADER_ROOM);
            InetSocketAddress from = (InetSocketAddress) channel.receive(datagram);
            if (from == null) {
                return;
            }
            receiver.receive(from, datagram.flip().position(HEADER_ROOM));
        }
    }

    @Override
    public void abort(CloseReason reason) {
        association.abort(reason);
    }

    void close() {
        if (ipv4 != null) {
            Channels.close(ipv4);
        }
        if (ipv6 != null) {
            Channels.close(ipv6);
        }
    }
}
