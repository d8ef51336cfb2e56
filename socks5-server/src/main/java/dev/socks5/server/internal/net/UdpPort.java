package dev.socks5.server.internal.net;

import dev.socks5.server.CloseReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

/** A UDP socket on an event loop. It reads until it is told to pause. */
public final class UdpPort implements Handler {

    /** The owner of a port. Always called on the loop's thread, and never allowed to block. */
    public interface Owner {

        /**
         * Called when a datagram has come.
         *
         * @param datagram in the loop's buffer, with as much room in front as was asked for; for use until the call
         *     returns
         */
        void received(InetSocketAddress from, ByteBuffer datagram);

        /** Ends the owner and closes the port at once. May come more than once, and the first reason counts. */
        void abort(CloseReason reason);
    }

    /** How many datagrams it takes from a socket before it lets others on its loop have a turn. */
    private static final int BATCH = 64;

    private final EventLoop loop;
    private final DatagramChannel channel;
    private final int room;
    private final Owner owner;
    private final Registration registration;
    private boolean reading = true;

    private UdpPort(EventLoop loop, DatagramChannel channel, int room, Owner owner) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.room = room;
        this.owner = owner;
        this.registration = loop.register(channel, SelectionKey.OP_READ, this);
    }

    /** Binds a socket to its address. */
    @FunctionalInterface
    private interface Binder {
        void bind(DatagramChannel channel) throws IOException;
    }

    /**
     * Opens a port that peers send to.
     *
     * @param local the address to listen on
     */
    public static UdpPort listening(EventLoop loop, InetAddress local, PortRange ports, Owner owner)
            throws IOException {
        return open(loop, local, channel -> ports.bind(loop.network(), local, channel::bind), 0, owner);
    }

    /**
     * Opens a port that sends to an address, and perhaps to others of the same family.
     *
     * @param room how many bytes to leave free in front of each datagram that comes
     * @throws IOException if nothing may leave for that address, or there is no socket
     */
    public static UdpPort towards(EventLoop loop, InetAddress target, Egress egress, int room, Owner owner)
            throws IOException {
        if (!egress.allows(target)) {
            throw new IOException("no address of that family to leave from");
        }
        return open(loop, target, channel -> egress.bind(channel, target), room, owner);
    }

    private static UdpPort open(EventLoop loop, InetAddress family, Binder binder, int room, Owner owner)
            throws IOException {
        DatagramChannel channel = loop.network().sockets().openDatagramChannel(Channels.family(family));
        try {
            channel.configureBlocking(false);
            binder.bind(channel);
            return new UdpPort(loop, channel, room, owner);
        } catch (Throwable e) {
            Channels.close(channel);
            throw e;
        }
    }

    /** Sends to one peer and hears no other: from now on the system drops datagrams from elsewhere. */
    public void connect(InetSocketAddress peer) throws IOException {
        channel.connect(peer);
    }

    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void ready(Registration ready) throws IOException {
        for (int i = 0; i < BATCH && reading && channel.isOpen(); i++) {
            ByteBuffer datagram = loop.wholeBuffer().position(room);
            InetSocketAddress from;
            try {
                from = (InetSocketAddress) channel.receive(datagram);
            } catch (IOException e) {
                if (channel.isConnected()) {
                    continue; // ICMP has answered an earlier datagram. That says nothing about the next one.
                }
                throw e;
            }
            if (from == null) {
                return;
            }
            owner.received(from, datagram.flip().position(room));
        }
    }

    /** Takes datagrams from now on, or pauses: those that come meanwhile wait in the system, or are dropped there. */
    public void reading(boolean on) {
        reading = on;
        registration.interest(SelectionKey.OP_READ, on);
    }

    /**
     * Sends a datagram, unless the system does not take it: it has no room, or the datagram is too long, or there is no
     * route.
     */
    public boolean send(ByteBuffer datagram, InetSocketAddress target) {
        try {
            boolean empty = !datagram.hasRemaining();
            return channel.send(datagram, target) > 0 || empty;
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends a datagram of two parts, of which the first is not empty, to the connected peer; see above. */
    public boolean send(ByteBuffer head, ByteBuffer rest) {
        try {
            return channel.write(new ByteBuffer[] {head, rest}) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void abort(CloseReason reason) {
        owner.abort(reason);
    }

    public void close() {
        registration.close();
    }
}
