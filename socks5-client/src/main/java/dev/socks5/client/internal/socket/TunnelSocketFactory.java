package dev.socks5.client.internal.socket;

import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Proxies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets that connect through a proxy. */
public final class TunnelSocketFactory extends SocketFactory {

    private final Proxies proxies;

    public TunnelSocketFactory(Proxies proxies) {
        this.proxies = proxies;
    }

    @Override
    public Socks5Socket createSocket() throws IOException {
        return new Socks5Socket(proxies);
    }

    @Override
    public Socks5Socket createSocket(String host, int port) throws IOException {
        return connected(named(host, port), null);
    }

    @Override
    public Socks5Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(named(host, port), new InetSocketAddress(localHost, localPort));
    }

    private static Destination named(String host, int port) throws UnknownHostException {
        return Destination.sent(InetSocketAddress.createUnresolved(Objects.requireNonNull(host, "host"), port), false);
    }

    /** Connects to the address itself, even where an address could stand for a name. */
    @Override
    public Socks5Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(Destination.of(Objects.requireNonNull(host, "host"), port), null);
    }

    /** Connects to the address itself, even where an address could stand for a name. */
    @Override
    public Socks5Socket createSocket(InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(
                Destination.of(Objects.requireNonNull(host, "host"), port),
                new InetSocketAddress(localHost, localPort));
    }

    private Socks5Socket connected(Destination destination, @Nullable InetSocketAddress local) throws IOException {
        Socks5Socket socket = new Socks5Socket(proxies);
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(destination, Dialer.NOTHING);
            return socket;
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }
}
