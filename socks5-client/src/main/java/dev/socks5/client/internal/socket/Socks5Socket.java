package dev.socks5.client.internal.socket;

import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.client.internal.layer.ProxiedSocket;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Connects through a proxy. It is made from a {@link TunnelSocketImpl}, because a plain {@code new Socket()} would ask
 * the JVM's {@link java.net.ProxySelector}, which may be ours.
 */
public final class Socks5Socket extends Socket {

    private final TunnelSocketImpl impl;
    private final Proxies proxies;

    public Socks5Socket(Proxies proxies) throws SocketException {
        this(proxies, new TunnelSocketImpl(proxies));
    }

    private Socks5Socket(Proxies proxies, TunnelSocketImpl impl) throws SocketException {
        super(impl);
        this.proxies = proxies;
        this.impl = impl;
    }

    /**
     * Connects to a destination that a socket address could not say exactly.
     *
     * @param firstBytes sent without waiting for the connection to be open
     */
    public void connect(Destination destination, ByteBuffer firstBytes) throws IOException {
        impl.destination(destination);
        impl.firstBytes(firstBytes);
        connect(destination.peer());
    }

    /** Makes a socket that is connected already, to the peer that the proxy has named. */
    static Socks5Socket adopted(Dialer dialer, ProxiedSocket connected, Endpoint peer) throws IOException {
        Socks5Socket socket = new Socks5Socket(dialer);
        Destination remote = Destination.of(peer);
        socket.impl.adopt(connected, remote, dialer.path().reported(remote));
        socket.connect(remote.peer());
        return socket;
    }

    /**
     * Gives the destination, unresolved if only the proxy knows its address: the JDK's own would make 0.0.0.0 of that.
     */
    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return isConnected() ? impl.peer() : null;
    }

    /**
     * Gives the name that the connection is to, for the check of a certificate; {@code null} for an address, even one
     * that carries a name: only the JDK can tell whether it has learnt that by a reverse look-up.
     */
    @Nullable
    String name() {
        Destination known = impl.destination();
        return known != null && known.endpoint().isName()
                ? known.endpoint().address().toString()
                : null;
    }

    /** Tells whether it is closed, by a failure or an interrupt as well. */
    @Override
    public boolean isClosed() {
        return super.isClosed() || impl.isClosed();
    }

    /** Tells the implementation even while that is being created: the JDK's own would let the connect go on. */
    @Override
    @SuppressWarnings(
            "UnsynchronizedOverridesSynchronized") // The JDK's own code still does under its lock all that it does.
    public void close() throws IOException {
        impl.close();
        super.close();
    }

    @Override
    public String toString() {
        return isConnected()
                ? String.format("Socks5Socket[%s through %s]", impl.destination(), proxies)
                : "Socks5Socket[unconnected]";
    }
}
