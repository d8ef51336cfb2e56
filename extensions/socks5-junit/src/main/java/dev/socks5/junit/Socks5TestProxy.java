package dev.socks5.junit;

import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A SOCKS5 proxy for a test, on a free port of loopback. */
public final class Socks5TestProxy implements AutoCloseable {

    private final Socks5Server server;

    private Socks5TestProxy(Socks5Server server) {
        this.server = server;
    }

    /**
     * Starts a proxy that serves everybody on this host.
     *
     * @return a running proxy, to be closed by the caller
     * @throws IOException if it cannot listen
     */
    public static Socks5TestProxy start() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new Socks5TestProxy(Socks5Server.builder().listen(anyPort).start());
    }

    /**
     * Returns the address of the proxy.
     *
     * @return a loopback address and a port
     */
    public InetSocketAddress address() {
        return server.localAddresses().get(0);
    }

    /** Stops the proxy and closes all its connections. */
    @Override
    public void close() {
        server.close();
    }
}
