package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.UdpHeader;
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
 * <p>Each relay takes one off, or puts one on that says where the datagram came from. Immutable.
 *
 * @param first where datagrams are sent to and come from
 * @param further the relays behind it, each as the one before it knows it
 */
record RelayPath(InetSocketAddress first, List<Endpoint> further) {

    /** What UDP over IPv4 carries: 65,535 octets less the headers of IPv4 and UDP. */
    static final int LONGEST_DATAGRAM = 65_507;

    /** With a name of 255 octets. */
    private static final int LONGEST_HEADER = 262;

    /** How many octets of data there can be in a datagram to a destination. */
    int greatestPayload(Endpoint destination) {
        int headers = UdpHeader.of(destination).encodedLength();
        for (Endpoint relay : further) {
            headers += UdpHeader.of(relay).encodedLength();
        }
        return LONGEST_DATAGRAM - headers;
    }

    /** How many octets at most stand before the data of one that is received. */
    int longestHeaders() {
        return LONGEST_HEADER * (1 + further.size());
    }

    /** What to send to the first relay. */
    byte[] wrap(Endpoint destination, ByteBuffer data) throws SocketException {
        if (destination.port() == 0) {
            throw new SocketException("nothing can be sent to port 0: " + destination);
        }
        int greatest = greatestPayload(destination);
        if (data.remaining() > greatest) {
            throw new SocketException("a datagram to %s carries at most %d octets of data, not %d"
                    .formatted(destination, greatest, data.remaining()));
        }
        ByteBuffer whole = ByteBuffer.allocate(LONGEST_DATAGRAM - greatest + data.remaining());
        further.forEach(relay -> UdpHeader.of(relay).encode(whole));
        UdpHeader.of(destination).encode(whole);
        return whole.put(data).array();
    }

    /**
     * Takes the headers off.
     *
     * @param whole as received; if there is a result, its position is at the data then
     * @param sender who sent it
     * @return where it comes from, or empty if it did not come by this path, or is malformed or a fragment
     */
    Optional<Endpoint> unwrap(SocketAddress sender, ByteBuffer whole) {
        if (!sender.equals(first)) {
            return Optional.empty();
        }
        for (Endpoint relay : further) {
            if (takeHeader(whole).filter(source -> isFrom(relay, source)).isEmpty()) {
                return Optional.empty();
            }
        }
        return takeHeader(whole);
    }

    /** Anybody may send to the socket of a relay. Of one that is known by name, only the port can be compared. */
    private static boolean isFrom(Endpoint relay, Endpoint source) {
        Optional<InetSocketAddress> known = NumericAddress.of(relay);
        return known.isEmpty() ? relay.port() == source.port() : known.equals(NumericAddress.of(source));
    }

    private static Optional<Endpoint> takeHeader(ByteBuffer whole) {
        try {
            return UdpHeader.decode(whole)
                    .filter(header -> header.fragment() == 0)
                    .map(UdpHeader::destination);
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }
}
