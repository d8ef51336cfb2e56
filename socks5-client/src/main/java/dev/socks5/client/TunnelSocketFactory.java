package dev.socks5.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Sockets that connect through a proxy, in the JDK's form. */
final class TunnelSocketFactory extends SocketFactory {

    private final Dialer dialer;

    TunnelSocketFactory(Dialer dialer) {
        this.dialer = dialer;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new Socks5Socket(dialer);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(unresolved(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(unresolved(host, port), new InetSocketAddress(localHost, localPort));
    }

    private static InetSocketAddress unresolved(String host, int port) {
        return InetSocketAddress.createUnresolved(Objects.requireNonNull(host, "host"), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(host, port, null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(host, port, new InetSocketAddress(localHost, localPort));
    }

    private Socket connected(InetSocketAddress destination, @Nullable InetSocketAddress local) throws IOException {
        return connected(destination, null, local);
    }

    /** An address here is the destination itself, even if it could stand for a name. */
    private Socket connected(InetAddress host, int port, @Nullable InetSocketAddress local) throws IOException {
        Destination exact = Destination.of(Objects.requireNonNull(host, "host"), port);
        return connected(exact.peer(), exact, local);
    }

    private Socket connected(
            InetSocketAddress destination, @Nullable Destination exact, @Nullable InetSocketAddress local)
            throws IOException {
        Socks5Socket socket = new Socks5Socket(dialer);
        try {
            if (local != null) {
                socket.bind(local);
            }
            if (exact == null) {
                socket.connect(destination);
            } else {
                socket.connect(exact);
            }
            return socket;
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }
}
