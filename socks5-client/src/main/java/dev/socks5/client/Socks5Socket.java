package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * A socket that connects through a proxy. Made from a {@link ChannelSocketImpl}: a plain {@code new Socket()} would ask
 * the JVM's {@link java.net.ProxySelector}, which may be ours.
 */
final class Socks5Socket extends Socket {

    private final ChannelSocketImpl impl;
    private final Dialer dialer;

    Socks5Socket(Dialer dialer) throws SocketException {
        this(dialer, new ChannelSocketImpl(dialer));
    }

    private Socks5Socket(Dialer dialer, ChannelSocketImpl impl) throws SocketException {
        super(impl);
        this.dialer = dialer;
        this.impl = impl;
    }

    void connect(Endpoint destination) throws IOException {
        impl.destination(destination);
        connect(destination.toInetSocketAddress());
    }

    /** The destination, unresolved if it was given by name: the JDK's own would make 0.0.0.0 of that. */
    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        Endpoint destination = impl.destination();
        return isConnected() && destination != null ? destination.toInetSocketAddress() : null;
    }

    /** Also true if it was a failure or an interrupt that closed it. */
    @Override
    public boolean isClosed() {
        return super.isClosed() || impl.isClosed();
    }

    @Override
    public String toString() {
        return isConnected()
                ? "Socks5Socket[%s through %s]".formatted(impl.destination(), dialer)
                : "Socks5Socket[unconnected]";
    }
}
