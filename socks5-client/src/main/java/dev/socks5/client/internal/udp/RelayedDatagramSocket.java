package dev.socks5.client.internal.udp;

import dev.socks5.client.internal.dial.Hop;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.platform.Buffers;
import dev.socks5.codec.DatagramPath;
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
public final class RelayedDatagramSocket extends FilteredDatagramSocket {

    private final ProxyPath path;
    private final Associations associations;
    private final DatagramPath relays;
    private final InetSocketAddress firstRelay;
    private final PacketRooms rooms = new PacketRooms();
    private final ReentrantLock receiving = new ReentrantLock();
    private volatile @Nullable Hop endedBy;

    private RelayedDatagramSocket(
            ProxyPath path, Associations associations, DatagramPath relays, InetSocketAddress firstRelay)
            throws SocketException {
        this.path = path;
        this.associations = associations;
        this.relays = relays;
        this.firstRelay = firstRelay;
    }

    public static RelayedDatagramSocket open(ProxyPath path) throws IOException {
        Associations associations = Associations.open(path);
        try {
            DatagramPath relays = DatagramPath.of(associations.relays());
            RelayedDatagramSocket socket =
                    new RelayedDatagramSocket(path, associations, relays, associations.firstRelay());
            socket.bindPrepared();
            associations.watch(socket::ended);
            return socket;
        } catch (Throwable e) {
            associations.close();
            throw e;
        }
    }

    private void bindPrepared() throws IOException {
        try {
            path.preparation().of(this, firstRelay);
            bind(new InetSocketAddress(associations.localAddress(), 0));
        } catch (Throwable e) {
            close();
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
            if (destination.port() == 0) {
                throw new SocketException("nothing can be sent to port 0: " + destination);
            }
            int greatest = greatestPayload(destination);
            if (payload.remaining() > greatest) {
                throw new SocketException(String.format(
                        "a datagram to %s carries at most %d bytes of data, not %d",
                        destination, greatest, payload.remaining()));
            }
            return relays.wrap(destination, payload);
        } catch (IOException e) {
            throw explained(e); // A context ends with the association.
        }
    }

    private void send(ByteBuffer whole) throws IOException {
        int offset = whole.arrayOffset() + whole.position();
        try {
            super.send(new DatagramPacket(whole.array(), offset, whole.remaining(), firstRelay));
        } catch (IOException e) {
            throw isClosed() ? explained(e) : unreachable(e);
        }
    }

    /**
     * Names the relay: of a private address that a public one cannot reach, the system only says "Invalid argument".
     */
    private SocketException unreachable(IOException e) {
        String local = associations.localAddress().getHostAddress();
        String message = String.format(
                "cannot send to the relay %s of the proxy %s from %s: %s",
                Endpoint.of(firstRelay), path.first(), local, e.getMessage());
        return (SocketException) new SocketException(message).initCause(e);
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        Objects.requireNonNull(packet, "packet");
        receive(rooms.of(packet), (source, data) -> {
            if (!source.isName()) {
                rooms.fill(packet, data, source.unmapped().toInetSocketAddress());
            }
            return !source.isName();
        });
    }

    @Override
    public Endpoint receive(ByteBuffer into) throws IOException {
        Objects.requireNonNull(into, "into");
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("nothing can be put into a read-only buffer");
        }
        return receive(into.remaining(), (source, data) -> {
            into.put(Buffers.limit(data, data.position() + Math.min(data.remaining(), into.remaining())));
            return true;
        });
    }

    /** Takes a datagram, or says no. */
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
                Optional<DatagramPath.Received> received = unwrapped(whole);
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

    private boolean isWanted(DatagramPath.Received received, Taker taker) {
        return admits(received.source()) && taker.take(received.source(), received.data());
    }

    /** Takes headers and protections off; empty if the datagram has not come by the relays. */
    private Optional<DatagramPath.Received> unwrapped(DatagramPacket whole) throws IOException {
        return whole.getSocketAddress().equals(firstRelay)
                ? relays.unwrap(ByteBuffer.wrap(whole.getData(), 0, whole.getLength()))
                : Optional.empty();
    }

    private IOException explained(IOException e) {
        if (!isClosed()) {
            return e;
        }
        close(); // The JDK may have closed it, and knows of no associations: a virtual thread was interrupted.
        if (endedBy == null || e instanceof SocketTimeoutException) {
            return e;
        }
        return (SocketException) closed().initCause(e);
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
