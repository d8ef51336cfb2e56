package dev.socks5.client.internal.socket;

import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.client.internal.layer.TlsLayer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets that connect through a proxy, and layers TLS over them by another factory, with the name checked. */
public final class TunnelSslSocketFactory extends SSLSocketFactory {

    private final TunnelSocketFactory tunnels;
    private final SSLSocketFactory tls;

    /** @param tls makes sockets of TLS that are layered over others, and unconnected ones */
    public TunnelSslSocketFactory(Proxies proxies, SSLSocketFactory tls) {
        this.tunnels = new TunnelSocketFactory(proxies);
        this.tls = Objects.requireNonNull(tls, "tls");
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
        SSLSocket settings = TlsLayer.checkNameOf((SSLSocket) tls.createSocket());
        return new TunnelSslSocket(tunnels.createSocket(), this, settings);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return over(tunnels.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return over(tunnels.createSocket(host, port, localHost, localPort));
    }

    /** Connects to the address itself, even where an address could stand for a name. */
    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return over(tunnels.createSocket(host, port));
    }

    /** Connects to the address itself, even where an address could stand for a name. */
    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return over(tunnels.createSocket(host, port, localHost, localPort));
    }

    /** Layers TLS over a tunnel that is open. Libraries that connect by themselves would go direct, and not know. */
    @Override
    public Socket createSocket(Socket socket, @Nullable String host, int port, boolean autoClose) throws IOException {
        Objects.requireNonNull(socket, "socket");
        if (!(socket instanceof Socks5Socket) && !(socket instanceof TunnelSslSocket)) {
            throw new SocketException("no TLS over a socket that may not go through the proxy, a "
                    + socket.getClass().getName());
        }
        return TlsLayer.checkNameOf((SSLSocket) tls.createSocket(socket, host, port, autoClose));
    }

    /** Layers TLS over a tunnel that is open. If that fails, the tunnel is closed. */
    SSLSocket over(Socks5Socket tunnel) throws IOException {
        try {
            return TlsLayer.checkNameOf((SSLSocket) tls.createSocket(tunnel, tunnel.name(), tunnel.getPort(), true));
        } catch (Throwable e) {
            tunnel.close();
            throw e;
        }
    }
}
