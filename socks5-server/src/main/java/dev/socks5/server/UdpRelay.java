package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams of one association (RFC 1928 section 7).
 *
 * <pre>
 *              +- inner: the client's address only ------+     +- {@link DatagramOutlet} ---------------+
 * client ----&gt; | header off, FRAG 0 only                 | --&gt; | {@link Destinations}: rules, look-ups  | ----&gt; destination
 *        &lt;---- | header on                               | &lt;-- | contacted destinations only            | &lt;----
 *              +-----------------------------------------+     +----------------------------------------+
 * </pre>
 *
 * <p>What cannot be relayed is dropped and counted; the association lives on. Nothing waits but datagrams whose destination
 * is being looked up.
 */
final class UdpRelay {

    /** How many datagrams it takes from a socket before it lets others on its loop have a turn. */
    static final int BATCH = 64;

    private final EventLoop loop;
    private final Handler association;
    private final DatagramChannel inner;
    private final InetAddress clientAddress;
    private final int expectedPort;
    private final Destinations destinations;
    private final DatagramTally tally = new DatagramTally();
    private @Nullable InetSocketAddress client;
    private long lastActive = System.nanoTime();

    private UdpRelay(Exchange exchange, DatagramChannel inner, Handler association, BooleanSupplier over) {
        this.loop = exchange.loop();
        this.association = association;
        this.inner = inner;
        this.clientAddress = exchange.ticket().client().getAddress();
        this.expectedPort = exchange.request().destination().port();
        this.destinations =
                new Destinations(exchange, over, tally, new DatagramOutlet(loop, association, this::answer));
    }

    /**
     * A relay that takes datagrams from now on.
     *
     * @param address the server's own, by which the client has reached it: no wildcard
     * @param association ended when something fails for good
     * @param over whether the association has ended; asked by any thread
     */
    static UdpRelay open(Exchange exchange, InetAddress address, Handler association, BooleanSupplier over)
            throws IOException {
        DatagramChannel inner = DatagramChannel.open(Channels.family(address));
        try {
            inner.configureBlocking(false);
            exchange.core().settings().relayPorts().bind(address, inner::bind);
            UdpRelay relay = new UdpRelay(exchange, inner, association, over);
            exchange.loop().register(inner, SelectionKey.OP_READ, relay.new Inner());
            return relay;
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
        public void ready(SelectionKey key) throws IOException {
            for (int i = 0; i < BATCH && inner.isOpen(); i++) {
                ByteBuffer datagram = loop.wholeBuffer();
                InetSocketAddress from = (InetSocketAddress) inner.receive(datagram);
                if (from == null) {
                    return;
                }
                take(from, datagram.flip());
            }
        }

        @Override
        public void abort(CloseReason reason) {
            association.abort(reason);
        }
    }

    private void take(InetSocketAddress from, ByteBuffer datagram) {
        if (!isClient(from)) {
            tally.foreign++;
            return;
        }
        Optional<UdpHeader> header = header(datagram);
        if (header.isEmpty()) {
            tally.malformed++;
        } else if (header.get().fragment() != 0) {
            tally.fragments++;
        } else {
            client = from;
            lastActive = System.nanoTime();
            destinations.send(header.get().destination(), datagram);
        }
    }

    /** The first proper datagram settles the client's port; the address is that of the connection, whatever was asked. */
    private boolean isClient(InetSocketAddress from) {
        if (client != null) {
            return from.equals(client);
        }
        return from.getAddress().equals(clientAddress) && (expectedPort == 0 || from.getPort() == expectedPort);
    }

    private static Optional<UdpHeader> header(ByteBuffer datagram) {
        try {
            return UdpHeader.decode(datagram);
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }

    /**
     * A datagram from outside.
     *
     * @param datagram its payload, with room for a header before the position
     */
    private void answer(InetSocketAddress from, ByteBuffer datagram) throws IOException {
        if (client == null || !destinations.contacted(from)) {
            tally.foreign++;
            return;
        }
        int length = datagram.remaining();
        UdpHeader header = UdpHeader.of(Endpoint.of(from));
        int start = datagram.position() - header.encodedLength();
        header.encode(datagram.position(start));
        datagram.position(start);
        lastActive = System.nanoTime();
        if (sent(inner, datagram, client)) {
            tally.down++;
            tally.octetsDown += length;
        } else {
            tally.lost++;
        }
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

    /** For how long nothing has moved. */
    long idleNanos() {
        return System.nanoTime() - lastActive;
    }

    long octetsUp() {
        return tally.octetsUp;
    }

    long octetsDown() {
        return tally.octetsDown;
    }

    DatagramCounts counts() {
        return tally.counts();
    }

    void close() {
        Channels.close(inner);
        destinations.close();
    }
}
