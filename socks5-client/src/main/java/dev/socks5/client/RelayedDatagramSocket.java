package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Sends and receives datagrams by the relays of one or several proxies, over the system's own socket. */
final class RelayedDatagramSocket extends FilteredDatagramSocket {

    private final ProxyPath path;
    private final Associations associations;
    private final RelayPath relays;
    private final PacketRooms rooms = new PacketRooms();
    private final ReentrantLock receiving = new ReentrantLock();
    private volatile @Nullable Hop endedBy;

    private RelayedDatagramSocket(ProxyPath path, Associations associations, RelayPath relays) throws SocketException {
        super(associations.localAddress());
        this.path = path;
        this.associations = associations;
        this.relays = relays;
    }

    static RelayedDatagramSocket open(ProxyPath path) throws IOException {
        Associations associations = Associations.open(path);
        try {
            RelayedDatagramSocket socket = new RelayedDatagramSocket(path, associations, associations.relays());
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

    @Override
    public void send(Endpoint destination, byte[] data, int offset, int length) throws IOException {
        Objects.requireNonNull(destination, "destination");
        ByteBuffer payload = ByteBuffer.wrap(Objects.requireNonNull(data, "data"), offset, length);
        Endpoint asSent = path.asSent(destination);
        requireAdmitted(asSent);
        send(wrapped(asSent, payload));
    }

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

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        Objects.requireNonNull(packet, "packet");
        receive(rooms.of(packet), (source, data) -> {
            Optional<InetSocketAddress> address = NumericAddress.of(source);
            address.ifPresent(known -> rooms.fill(packet, data, known));
            return address.isPresent();
        });
    }

    @Override
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

    @Override
    public int greatestPayload(Endpoint destination) {
        return relays.greatestPayload(Objects.requireNonNull(destination, "destination"));
    }

    @Override
    public void close() {
        super.close();
        associations.close();
    }
}
