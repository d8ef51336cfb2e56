package dev.socks5.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Wraps and unwraps the datagrams that pass one relay or a row of them (RFC 1928 section 7), without I/O. A datagram
 * has a header for each relay, the outermost for the first:
 *
 * <pre>
 * to relay 1 -&gt; [to relay 2 [to the destination [data]]]
 * </pre>
 *
 * <p>Each relay takes one header off, or puts one on that says where the datagram came from. Where a proxy has agreed
 * to a protection, it is around the header for its relay and all that follows, and is taken off or put on together with
 * that.
 *
 * <p>Immutable. Several threads may use it at once if they may use its protections so.
 */
public final class DatagramPath {

    private final List<Relay> relays;
    private final boolean isProtected;
    private final int room;

    /**
     * One relay.
     *
     * @param address as the relay before it knows it
     * @param protection of the connection by which the association was asked for; empty for none
     */
    public record Relay(Endpoint address, Optional<? extends Protection> protection) {

        private int roomIn(int length) throws GssapiException {
            return protection.isPresent() ? protection.get().greatestDatagram(length) : length;
        }

        private ByteBuffer wrap(Endpoint next, ByteBuffer data) throws IOException {
            UdpHeader header = UdpHeader.of(next);
            ByteBuffer datagram = ByteBuffer.allocate(header.encodedLength() + data.remaining());
            header.encode(datagram);
            Wire.flip(datagram.put(data));
            return protection.isPresent() ? protection.get().wrapDatagram(datagram) : datagram;
        }

        private Optional<Received> unwrap(ByteBuffer datagram) throws IOException {
            ByteBuffer bare = protection.isPresent() ? protection.get().unwrapDatagram(datagram) : datagram;
            ByteBuffer whole = bare.duplicate();
            return UdpHeader.decode(bare)
                    .filter(header -> header.fragment() == 0)
                    .map(header -> new Received(header.destination(), bare, whole));
        }

        /** Anybody may send to the socket of a relay. Of one that is known by name, only the port can be compared. */
        private boolean isSource(Endpoint source) {
            return address.isName()
                    ? address.port() == source.port()
                    : address.unmapped().equals(source.unmapped());
        }
    }

    /**
     * A datagram that has come by the path.
     *
     * @param source where it came from, as the last relay says
     * @param data its payload
     * @param whole the payload behind the header of the last relay; it shares the content of {@code data}
     */
    public record Received(Endpoint source, ByteBuffer data, ByteBuffer whole) {}

    private DatagramPath(List<Relay> relays, boolean isProtected, int room) {
        this.relays = relays;
        this.isProtected = isProtected;
        this.room = room;
    }

    /**
     * Makes a path.
     *
     * @param relays at least one, the first one that datagrams are sent to
     * @return the path
     * @throws IllegalArgumentException if there is no relay
     * @throws GssapiException if a protection has ended
     */
    public static DatagramPath of(List<Relay> relays) throws GssapiException {
        if (relays.isEmpty()) {
            throw new IllegalArgumentException("a path has at least one relay");
        }
        int room = relays.get(0).roomIn(UdpHeader.MAX_DATAGRAM);
        for (Relay behind : relays.subList(1, relays.size())) {
            room = behind.roomIn(room - UdpHeader.of(behind.address()).encodedLength());
        }
        boolean isProtected =
                relays.stream().anyMatch(relay -> relay.protection().isPresent());
        return new DatagramPath(List.copyOf(relays), isProtected, room);
    }

    /**
     * Tells how much data a datagram to a destination may carry.
     *
     * @param destination where it shall go
     * @return in bytes; 0 if there is no room for any
     */
    public int greatestPayload(Endpoint destination) {
        return Math.max(0, room - UdpHeader.of(destination).encodedLength());
    }

    /**
     * Tells how many bytes to receive so that the data in them is whole, or cut off behind so many. A protected
     * datagram has to be received whole.
     *
     * @param data in bytes
     * @return in bytes, at most 65,535
     */
    public int greatestReceived(int data) {
        // What UDP over IPv6 carries is a little more than what it carries over IPv4.
        int all = 0xFFFF;
        return isProtected
                ? all
                : Math.min(all, UdpHeader.MAX_LENGTH * relays.size() + Math.min(data, UdpHeader.MAX_DATAGRAM));
    }

    /**
     * Makes the datagram to send to the first relay.
     *
     * @param destination where the last relay shall send the data
     * @param data at most {@link #greatestPayload} bytes; its position is moved to its limit
     * @return a new buffer
     * @throws GssapiException if the data is too long for a protection, or that fails
     * @throws IOException if a protection has ended, see {@link Protection#wrap}
     */
    public ByteBuffer wrap(Endpoint destination, ByteBuffer data) throws IOException {
        ByteBuffer whole = data;
        Endpoint next = destination;
        for (int i = relays.size() - 1; i >= 0; i--) {
            whole = relays.get(i).wrap(next, whole);
            next = relays.get(i).address();
        }
        return whole;
    }

    /**
     * Makes the headers of a datagram, to be sent in front of its data by one write. They can be kept for further
     * datagrams to the same destination.
     *
     * @param destination where the last relay shall send the data
     * @return a new buffer
     * @throws IllegalStateException if the path is protected: then each datagram is wrapped by itself
     */
    public ByteBuffer headers(Endpoint destination) {
        if (isProtected) {
            throw new IllegalStateException("a protected path has no headers in clear");
        }
        Stream<Endpoint> next = Stream.concat(relays.stream().skip(1).map(Relay::address), Stream.of(destination));
        return Wire.encode(next.map(UdpHeader::of).collect(Collectors.toList()));
    }

    /**
     * Takes the headers and protections off a datagram.
     *
     * @param datagram as received from the first relay; its position is moved
     * @return empty if it did not come by this path, is malformed or a fragment, or if a protection refuses it
     * @throws IOException if a protection has ended, see {@link Protection#wrap}
     */
    public Optional<Received> unwrap(ByteBuffer datagram) throws IOException {
        try {
            Optional<Received> received = relays.get(0).unwrap(datagram);
            for (Relay behind : relays.subList(1, relays.size())) {
                Optional<Received> outer = received.filter(from -> behind.isSource(from.source()));
                if (!outer.isPresent()) {
                    return Optional.empty();
                }
                received = behind.unwrap(outer.get().data());
            }
            return received;
        } catch (Socks5Exception e) {
            return Optional.empty();
        }
    }
}
