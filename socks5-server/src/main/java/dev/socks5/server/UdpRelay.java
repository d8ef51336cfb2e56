package dev.socks5.server;

import dev.socks5.codec.Protection;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams of one association (RFC 1928 section 7).
 *
 * <pre>
 *              +- inner: {@link AssociationClient} ---------+     +- {@link Outlet} -----------------------+
 * client ----&gt; | header off, FRAG 0 only                 | --&gt; | {@link Destinations}: rules, look-ups  | ----&gt; destination
 *        &lt;---- | header on                               | &lt;-- | answers only                           | &lt;----
 *              +-----------------------------------------+     +----------------------------------------+
 * </pre>
 *
 * <p>What cannot be relayed is dropped and counted; the association lives on. Nothing waits but datagrams whose destination
 * is being looked up.
 */
final class UdpRelay implements Outlet.Receiver {

    /** How many datagrams it takes from a socket before it lets others on its loop have a turn. */
    static final int BATCH = 64;

    /** What it is part of. */
    interface Association extends Handler {

        /** How destinations are reached. */
        Route route();

        /** Opens the way out. */
        Outlet outlet(Outlet.Receiver receiver) throws IOException;

        /** Whether it has ended; asked by any thread. */
        boolean isOver();
    }

    private final EventLoop loop;
    private final Association association;
    private final DatagramChannel inner;
    private final Registration key;
    private final Ticket ticket;
    private final AssociationClient client;
    private final Outlet outlet;
    private final Destinations destinations;
    private final DatagramTally tally;
    private final @Nullable Protection protection;
    private final @Nullable Pacer up;
    private final @Nullable Pacer down;
    private long lastActive = System.nanoTime();

    private UdpRelay(Exchange exchange, DatagramChannel inner, Association association) throws IOException {
        this.loop = exchange.loop();
        this.association = association;
        this.inner = inner;
        this.ticket = exchange.ticket();
        this.client = AssociationClient.of(exchange);
        this.tally = new DatagramTally(exchange.core().tally());
        this.protection = exchange.client().protection();
        this.key = loop.register(inner, SelectionKey.OP_READ, new Inner());
        this.outlet = association.outlet(this);
        this.up = pacer(ticket.bandwidthUp(), () -> {
            client.listenAgain();
            key.interestOps(SelectionKey.OP_READ);
        });
        this.down = pacer(ticket.bandwidthDown(), () -> outlet.reading(true));
        this.destinations = new Destinations(exchange, association, tally, outlet, System::nanoTime);
    }

    private @Nullable Pacer pacer(@Nullable Bandwidth bandwidth, Runnable resume) {
        return bandwidth == null
                ? null
                : new Pacer(bandwidth, loop.timers(), () -> {
                    lastActive = System.nanoTime(); // To wait for its turn is not to be idle.
                    resume.run();
                });
    }

    /**
     * A relay that takes datagrams from now on.
     *
     * @param address the server's own, by which the client has reached it: no wildcard
     */
    static UdpRelay open(Exchange exchange, InetAddress address, Association association) throws IOException {
        DatagramChannel inner = DatagramChannel.open(Channels.family(address));
        try {
            inner.configureBlocking(false);
            exchange.core().settings().relayPorts().bind(address, inner::bind);
            return new UdpRelay(exchange, inner, association);
        } catch (Throwable e) {
            Channels.close(inner);
            throw e;
        }
    }

    /** Where the client has to send to. */
    InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) inner.getLocalAddress();
    }

    /** What happens on the client's side. */
    private final class Inner implements Handler {
        @Override
        public void ready(Registration key) throws IOException {
            for (int i = 0; i < BATCH && inner.isOpen(); i++) {
                ByteBuffer datagram = loop.wholeBuffer();
                InetSocketAddress from = (InetSocketAddress) inner.receive(datagram);
                if (from == null) {
                    return;
                }
                int length = datagram.flip().remaining();
                if (!client.mayBe(from)) {
                    tally.foreign(); // And not the client's to pay for.
                    continue;
                }
                take(from, datagram);
                if (hasToPause(up, length)) {
                    key.interestOps(0); // What comes meanwhile waits in the system, or is dropped there.
                    return;
                }
            }
        }

        @Override
        public void abort(CloseReason reason) {
            association.abort(reason);
        }
    }

    private void take(InetSocketAddress from, ByteBuffer received) {
        ByteBuffer datagram;
        Optional<UdpHeader> header;
        try {
            datagram = protection == null ? received : protection.unwrapDatagram(received);
            header = UdpHeader.decode(datagram);
        } catch (IOException e) {
            tally.malformed();
            return;
        }
        if (header.isEmpty()) {
            tally.malformed();
        } else if (header.get().fragment() != 0) {
            tally.fragment();
        } else {
            lastActive = System.nanoTime();
            client.hear(from)
                    .ifPresent(before ->
                            ticket.tell((listener, session) -> listener.associationMoved(session, before, from)));
            destinations.send(header.get().destination(), datagram);
        }
    }

    @Override
    public void deliver(ByteBuffer datagram, int length) {
        @Nullable InetSocketAddress target = client.current();
        if (target == null) {
            tally.foreign(); // There is nobody who can have asked.
            return;
        }
        lastActive = System.nanoTime();
        if (sendProtected(datagram, target)) {
            tally.down(length);
        } else {
            tally.lost();
        }
        if (hasToPause(down, length)) {
            outlet.reading(false);
        }
    }

    private boolean sendProtected(ByteBuffer datagram, InetSocketAddress target) {
        try {
            return sent(inner, protection == null ? datagram : protection.wrapDatagram(datagram), target);
        } catch (IOException e) {
            return false; // It is too long now.
        }
    }

    private static boolean hasToPause(@Nullable Pacer pacer, int octets) {
        if (pacer == null) {
            return false;
        }
        pacer.charge(octets);
        return pacer.pausing();
    }

    @Override
    public void refuse() {
        tally.foreign();
    }

    /** Sends, unless the system does not take it: it has no room, or the datagram is too long, or there is no route. */
    static boolean sent(DatagramChannel channel, ByteBuffer datagram, InetSocketAddress target) {
        try {
            boolean empty = !datagram.hasRemaining();
            return channel.send(datagram, target) > 0 || empty;
        } catch (IOException e) {
            return false;
        }
    }

    /** For how long nothing has moved that could have. */
    long idleNanos() {
        return pausing(up) || pausing(down) ? 0 : System.nanoTime() - lastActive;
    }

    private static boolean pausing(@Nullable Pacer pacer) {
        return pacer != null && pacer.pausing();
    }

    long octetsUp() {
        return tally.octetsUp();
    }

    long octetsDown() {
        return tally.octetsDown();
    }

    DatagramTally tally() {
        return tally;
    }

    void close() {
        key.close();
        outlet.close();
        destinations.close();
        if (up != null) {
            up.cancel();
        }
        if (down != null) {
            down.cancel();
        }
    }
}
