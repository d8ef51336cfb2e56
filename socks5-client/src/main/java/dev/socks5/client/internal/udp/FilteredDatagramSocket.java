package dev.socks5.client.internal.udp;

import dev.socks5.client.Socks5DatagramSocket;
import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps the peer and the timeout of a socket to itself, because the system's socket below talks to somebody else. */
public abstract class FilteredDatagramSocket extends Socks5DatagramSocket {

    private volatile int timeoutMillis;
    private volatile @Nullable InetSocketAddress connectedTo;

    /** Opens the socket, which has yet to be bound. */
    FilteredDatagramSocket() throws SocketException {
        super(null);
    }

    /** Gives the destination of a packet; throws if it has none, or another one than this connected socket. */
    final Endpoint destinationOf(DatagramPacket packet) throws IOException {
        InetSocketAddress connected = connectedTo;
        InetAddress address = packet.getAddress();
        if (address != null) {
            return requireAdmitted(
                    Destination.of(address, packet.getPort()).sendable().endpoint());
        }
        if (connected == null) {
            throw new IllegalArgumentException("the packet has no address, and the socket is not connected");
        }
        return Destination.of(connected, false).sendable().endpoint();
    }

    final Endpoint requireAdmitted(Endpoint destination) {
        if (!admits(destination)) {
            throw new IllegalArgumentException("connected to another destination than " + destination);
        }
        return destination;
    }

    /** Tells whether this socket may send to an endpoint and receive from it. */
    final boolean admits(Endpoint other) {
        InetSocketAddress connected = connectedTo;
        return connected == null || Endpoint.of(connected).unmapped().equals(other.unmapped());
    }

    /** Gives the time at which a call that begins now has to end; {@code null} for never. */
    final @Nullable Deadline deadline() {
        int limit = timeoutMillis;
        return limit == 0 ? null : Deadline.after(Duration.ofMillis(limit));
    }

    /** Sets the timeout of the system's socket. */
    final void systemTimeout(@Nullable Deadline deadline) throws SocketException, SocketTimeoutException {
        super.setSoTimeout(deadline == null ? 0 : deadline.remainingMillis());
    }

    @Override
    public void connect(SocketAddress address) throws SocketException {
        if (address == null) {
            throw new IllegalArgumentException("address is null");
        }
        if (!(address instanceof InetSocketAddress remote)) {
            throw new IllegalArgumentException("not an Internet address: " + address);
        }
        if (remote.isUnresolved() || remote.getPort() == 0) {
            throw new SocketException("nothing can be received from " + Endpoint.of(remote));
        }
        if (!isClosed()) { // As with the JDK's own, a closed socket stays as it was.
            connectedTo = remote;
        }
    }

    @Override
    public void connect(@Nullable InetAddress address, int port) {
        if (address == null) {
            throw new IllegalArgumentException("address is null");
        }
        try {
            connect(new InetSocketAddress(address, port));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void disconnect() {
        if (!isClosed()) {
            connectedTo = null;
        }
    }

    @Override
    public boolean isConnected() {
        return connectedTo != null;
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return connectedTo;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        InetSocketAddress connected = connectedTo;
        return connected == null ? null : connected.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress connected = connectedTo;
        return connected == null ? -1 : connected.getPort();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        if (isClosed()) {
            throw closed();
        }
        if (timeout < 0) {
            throw new IllegalArgumentException("a timeout is not negative: " + timeout);
        }
        timeoutMillis = timeout;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        if (isClosed()) {
            throw closed();
        }
        return timeoutMillis;
    }

    @Override
    public void joinGroup(SocketAddress group, @Nullable NetworkInterface by) {
        throw noMulticast();
    }

    @Override
    public void leaveGroup(SocketAddress group, @Nullable NetworkInterface by) {
        throw noMulticast();
    }

    private static UnsupportedOperationException noMulticast() {
        return new UnsupportedOperationException("SOCKS5 has no multicast groups");
    }

    /** Makes the exception for a call that comes too late. */
    SocketException closed() {
        return new SocketException("Socket is closed");
    }
}
