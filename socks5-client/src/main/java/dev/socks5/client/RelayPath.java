package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The relays that a datagram passes (RFC 1928 section 7). It has a header for each, the outermost for the first:
 *
 * <pre>
 * to relay 1 -&gt; [to relay 2 [to the destination [data]]]
 * </pre>
 *
 * <p>Each relay takes one off, or puts one on that says where the datagram came from. Where a proxy has agreed to a
 * protection, it is around the header for its relay and all that follows, and is taken off or put on together with that.
 * Immutable.
 *
 * @param first where datagrams are sent to and come from
 * @param relays all of them, the first one as well
 * @param room how many octets there may be for the destination's header and the data
 */
record RelayPath(InetSocketAddress first, List<Relay> relays, int room) {

    /**
     * One of them.
     *
     * @param address as the relay before it knows it
     * @param protection of the connection by which the association was asked for
     */
    record Relay(Endpoint address, Optional<SharedProtection> protection) {

        /** How much there is room for under its protection. */
        private int roomIn(int room) throws GssapiException {
            return protection.isEmpty() ? room : protection.get().greatestDatagram(room);
        }

        /** What to send to it so that it passes data on. */
        private ByteBuffer wrap(Endpoint next, ByteBuffer data) throws IOException {
            UdpHeader header = UdpHeader.of(next);
            ByteBuffer datagram = ByteBuffer.allocate(header.encodedLength() + data.remaining());
            header.encode(datagram);
            datagram.put(data).flip();
            return protection.isEmpty() ? datagram : protection.get().wrapDatagram(datagram);
        }

        private Optional<Received> unwrap(ByteBuffer datagram) throws IOException {
            try {
                ByteBuffer bare =
                        protection.isEmpty() ? datagram : protection.get().unwrapDatagram(datagram);
                return UdpHeader.decode(bare)
                        .filter(header -> header.fragment() == 0)
                        .map(header -> new Received(header.destination(), bare));
            } catch (Socks5Exception e) {
                return Optional.empty();
            }
        }
    }

    /** A datagram that has come by a path. */
    record Received(Endpoint source, ByteBuffer data) {}

    /** What UDP over IPv4 carries: 65,535 octets less the headers of IPv4 and UDP. */
    static final int LONGEST_DATAGRAM = 65_507;

    /** What UDP over IPv6 carries is less. */
    private static final int ALL_THAT_COMES = 0xFFFF;

    /** With a name of 255 octets. */
    private static final int LONGEST_HEADER = 262;

    static RelayPath of(InetSocketAddress first, List<Relay> relays) throws GssapiException {
        int room = relays.get(0).roomIn(LONGEST_DATAGRAM);
        for (Relay behind : relays.subList(1, relays.size())) {
            room = behind.roomIn(room - UdpHeader.of(behind.address()).encodedLength());
        }
        return new RelayPath(first, List.copyOf(relays), room);
    }

    /** How many octets of data there can be in a datagram to a destination. */
    int greatestPayload(Endpoint destination) {
        return Math.max(0, room - UdpHeader.of(destination).encodedLength());
    }

    /** How many octets to receive so that there are at least so many of data; of what is protected, all are needed. */
    int greatestReceived(int data) {
        boolean whole = relays.stream().anyMatch(relay -> relay.protection().isPresent());
        return whole ? ALL_THAT_COMES : LONGEST_HEADER * relays.size() + Math.min(data, LONGEST_DATAGRAM);
    }

    /** What to send to the first relay. */
    ByteBuffer wrap(Endpoint destination, ByteBuffer data) throws IOException {
        if (destination.port() == 0) {
            throw new SocketException("nothing can be sent to port 0: " + destination);
        }
        int greatest = greatestPayload(destination);
        if (data.remaining() > greatest) {
            throw new SocketException("a datagram to %s carries at most %d octets of data, not %d"
                    .formatted(destination, greatest, data.remaining()));
        }
        ByteBuffer whole = data;
        Endpoint next = destination;
        for (int i = relays.size() - 1; i >= 0; i--) {
            whole = relays.get(i).wrap(next, whole);
            next = relays.get(i).address();
        }
        return whole;
    }

    /**
     * Takes the headers and protections off.
     *
     * @param whole as received
     * @param sender who sent it
     * @return what is in it; empty if it did not come by this path, is malformed or a fragment, or is not as a proxy has
     *     protected it, and once only
     */
    Optional<Received> unwrap(SocketAddress sender, ByteBuffer whole) throws IOException {
        if (!sender.equals(first)) {
            return Optional.empty();
        }
        Optional<Received> received = relays.get(0).unwrap(whole);
        for (Relay behind : relays.subList(1, relays.size())) {
            Optional<Received> outer = received.filter(datagram -> isFrom(behind.address(), datagram.source()));
            if (outer.isEmpty()) {
                return Optional.empty();
            }
            received = behind.unwrap(outer.get().data());
        }
        return received;
    }

    /** Anybody may send to the socket of a relay. Of one that is known by name, only the port can be compared. */
    private static boolean isFrom(Endpoint relay, Endpoint source) {
        Optional<InetSocketAddress> known = NumericAddress.of(relay);
        return known.isEmpty() ? relay.port() == source.port() : known.equals(NumericAddress.of(source));
    }
}
