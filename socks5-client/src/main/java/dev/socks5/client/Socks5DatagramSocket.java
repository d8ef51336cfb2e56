package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose datagrams go through a proxy, or several in a row: UDP ASSOCIATE (RFC 1928 section 7). It is an ordinary
 * {@link DatagramSocket} for code that takes one; what goes over the network has a header, which it puts on and takes off.
 *
 * <pre>{@code
 * try (DatagramSocket socket = client.associate()) {
 *     socket.setSoTimeout(5_000);
 *     socket.send(new DatagramPacket(query, query.length, InetAddress.getByName("192.0.2.53"), 53));
 *     socket.receive(answer);
 * }
 * }</pre>
 *
 * <p>What is different:
 *
 * <ul>
 *   <li>{@link #send(Endpoint, byte[], int, int)} sends to a name, which the proxy looks up. A {@link DatagramPacket}'s
 *       destination is its IP address.
 *   <li>There is less room for data: {@link #greatestPayload(Endpoint)} says how much.
 *   <li>{@link #connect(SocketAddress)} sets the destination, and from whom datagrams are received. The proxy is not told.
 *   <li>Only what comes from the proxy's relay is received. Whatever else comes is dropped, and so are datagrams whose
 *       header is malformed, or says that they are fragments.
 *   <li>When the proxy ends the association, the socket is closed. Threads that wait in it, and all that call it later,
 *       get a {@link SocketException} that says so.
 *   <li>It must be closed: the garbage collector does not do it.
 *   <li>Multicast groups cannot be joined.
 *   <li>As with the JDK's own, an interrupt ends no call, unless the thread is virtual: that closes the socket.
 * </ul>
 *
 * <p>Datagrams are not encrypted, even if the connection to the proxy is: where TLS protects that, it protects the login
 * and no data. But the protection that {@linkplain Socks5ClientBuilder#gssapi GSSAPI} gives is theirs, too (RFC 1961
 * section 5): what a proxy has not protected, or has come before, is dropped.
 *
 * <p>Safe for use by several threads at once.
 */
public final class Socks5DatagramSocket extends FilteredDatagramSocket {

    private final ProxyPath path;
    private final Associations associations;
    private final RelayPath relays;
    private final PacketRooms rooms = new PacketRooms();
    private final ReentrantLock receiving = new ReentrantLock();
    private volatile @Nullable Hop endedBy;

    private Socks5DatagramSocket(ProxyPath path, Associations associations, RelayPath relays) throws SocketException {
        super(associations.localAddress());
        this.path = path;
        this.associations = associations;
        this.relays = relays;
    }

    static Socks5DatagramSocket open(ProxyPath path) throws IOException {
        Associations associations = Associations.open(path);
        try {
            Socks5DatagramSocket socket = new Socks5DatagramSocket(path, associations, associations.relays());
            associations.watch(socket::ended);
            return socket;
        } catch (Throwable e) {
            associations.close();
            throw e;
        }
    }

    private void ended(Hop proxy) {
        if (!isClosed()) {
            endedBy = proxy;
            close();
        }
    }

    /**
     * Sends a datagram through the proxy, which is to look a name up.
     *
     * @param destination where to; a name is looked up here only if {@link Socks5ClientBuilder#lookUpNamesHere()} says so
     * @param data holds the data
     * @param offset where they begin
     * @param length how many octets, 0 to {@link #greatestPayload(Endpoint)}
     * @throws IllegalArgumentException if this socket is connected to another destination
     * @throws SocketException if the data are too long, the relay cannot be reached (see
     *     {@link Socks5ClientBuilder#relayAtProxyAddress()}), the socket is closed, or the proxy has ended the association
     * @throws IOException if it cannot be sent
     */
    public void send(Endpoint destination, byte[] data, int offset, int length) throws IOException {
        Objects.requireNonNull(destination, "destination");
        ByteBuffer payload = ByteBuffer.wrap(Objects.requireNonNull(data, "data"), offset, length);
        Endpoint asSent = path.asSent(destination);
        requireAdmitted(asSent);
        send(wrapped(asSent, payload));
    }

    /**
     * Sends a datagram through the proxy. The packet is left as it is.
     *
     * @param packet its address is the destination; it may have none if this socket is connected
     * @throws IllegalArgumentException if it has none and the socket is not connected, or another one than the socket
     * @throws SocketException if the data are too long (see {@link #greatestPayload(Endpoint)}), the relay cannot be reached
     *     (see {@link Socks5ClientBuilder#relayAtProxyAddress()}), the socket is closed, or the proxy has ended the
     *     association
     * @throws java.net.NoRouteToHostException if the destination's address has a zone: another host has other zones
     * @throws IOException if it cannot be sent
     */
    @Override
    public void send(DatagramPacket packet) throws IOException {
        ByteBuffer whole;
        Objects.requireNonNull(packet, "packet");
        synchronized (packet) {
            Endpoint destination = destinationOf(packet);
            whole = wrapped(destination, ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength()));
        }
        send(whole);
    }

    private ByteBuffer wrapped(Endpoint destination, ByteBuffer payload) throws IOException {
        try {
            return relays.wrap(destination, payload);
        } catch (IOException e) {
            throw explained(e); // A context ends with the association.
        }
    }

    private void send(ByteBuffer whole) throws IOException {
        int offset = whole.arrayOffset() + whole.position();
        try {
            super.send(new DatagramPacket(whole.array(), offset, whole.remaining(), relays.first()));
        } catch (IOException e) {
            throw isClosed() ? explained(e) : unreachable(e);
        }
    }

    /** The system only says "Invalid argument", for example where a private address cannot be reached from a public one. */
    private SocketException unreachable(IOException e) {
        SocketException unreachable = new SocketException("cannot send to the relay %s of the proxy %s from %s: %s"
                .formatted(
                        Endpoint.of(relays.first()),
                        path.first(),
                        associations.localAddress().getHostAddress(),
                        e.getMessage()));
        unreachable.initCause(e);
        return unreachable;
    }

    /**
     * Receives a datagram. What does not fit into the packet is lost. A datagram whose source the proxy gives by name is
     * dropped, for a packet has no place for that: {@link #receive(ByteBuffer)} takes it.
     *
     * @param packet gets the data, and the source's address as its own
     * @throws SocketTimeoutException if there is none within {@link #getSoTimeout()}, however many are dropped meanwhile
     * @throws SocketException if the socket is closed, or the proxy has ended the association
     * @throws IOException if anything else fails
     */
    @Override
    public void receive(DatagramPacket packet) throws IOException {
        Objects.requireNonNull(packet, "packet");
        receive(rooms.of(packet), (source, data) -> {
            Optional<InetSocketAddress> address = NumericAddress.of(source);
            address.ifPresent(known -> rooms.fill(packet, data, known));
            return address.isPresent();
        });
    }

    /**
     * Receives a datagram, and tells its source as the proxy does.
     *
     * @param into gets the data; what is longer than its remaining space is lost
     * @return the source; an IP address, unless the proxy gives a name
     * @throws IllegalArgumentException if the buffer is read-only
     * @throws SocketTimeoutException if there is none within {@link #getSoTimeout()}, however many are dropped meanwhile
     * @throws SocketException if the socket is closed, or the proxy has ended the association
     * @throws IOException if anything else fails
     */
    public Endpoint receive(ByteBuffer into) throws IOException {
        Objects.requireNonNull(into, "into");
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("nothing can be put into a read-only buffer");
        }
        return receive(into.remaining(), (source, data) -> {
            into.put(data.limit(data.position() + Math.min(data.remaining(), into.remaining())));
            return true;
        });
    }

    /** Takes a datagram, or does not want it. */
    @FunctionalInterface
    private interface Taker {
        boolean take(Endpoint source, ByteBuffer data);
    }

    private Endpoint receive(int room, Taker taker) throws IOException {
        byte[] buffer = new byte[relays.greatestReceived(room)];
        receiving.lock(); // For as long as it waits, the limit of the socket below is this call's.
        try {
            @Nullable Deadline deadline = deadline();
            while (true) {
                DatagramPacket whole = new DatagramPacket(buffer, buffer.length);
                systemTimeout(deadline);
                super.receive(whole);
                Optional<RelayPath.Received> received =
                        relays.unwrap(whole.getSocketAddress(), ByteBuffer.wrap(buffer, 0, whole.getLength()));
                if (received.isPresent() && isWanted(received.get(), taker)) {
                    return received.get().source();
                }
            }
        } catch (IOException e) {
            throw explained(e);
        } finally {
            receiving.unlock();
        }
    }

    private boolean isWanted(RelayPath.Received received, Taker taker) {
        return admits(received.source()) && taker.take(received.source(), received.data());
    }

    private IOException explained(IOException e) {
        if (!isClosed()) {
            return e;
        }
        close(); // The JDK may have closed it, and knows of no associations: a virtual thread was interrupted.
        if (endedBy == null || e instanceof SocketTimeoutException) {
            return e;
        }
        SocketException ended = closed();
        ended.initCause(e);
        return ended;
    }

    @Override
    SocketException closed() {
        Hop proxy = endedBy;
        return proxy == null
                ? super.closed()
                : new SocketException("the proxy " + proxy + " has ended the association");
    }

    /**
     * How many octets of data a datagram can have at most: 65,507, less a header for each proxy and what its protection
     * takes, if there is any. The network may carry less.
     *
     * @param destination where to; a name takes more room than an address
     * @return 65,245 or more through one proxy without protection
     */
    public int greatestPayload(Endpoint destination) {
        return relays.greatestPayload(Objects.requireNonNull(destination, "destination"));
    }

    /** Ends the association, too. Threads that wait get a {@link SocketException}. */
    @Override
    public void close() {
        super.close();
        associations.close();
    }
}
