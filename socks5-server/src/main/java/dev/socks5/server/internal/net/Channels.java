package dev.socks5.server.internal.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** Sets up and closes channels. */
public final class Channels {

    private Channels() {}

    /**
     * Returns the family of sockets for an address. Java's own choice would take IPv6 for both, and 0.0.0.0 for
     * {@code ::}.
     */
    public static ProtocolFamily family(InetAddress address) {
        return address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    /**
     * Sets the options of a connection: small messages go out at once, and peers that vanished are noticed in the end.
     * A Unix domain socket does both without being told to.
     *
     * @param peer the address of the other side
     */
    static void configure(SocketChannel channel, SocketAddress peer) throws IOException {
        channel.configureBlocking(false);
        if (peer instanceof InetSocketAddress) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        }
    }

    /**
     * Ends a security context, whatever the mechanism makes of that: the connection has yet to be closed, and counted
     * out.
     */
    public static void end(AutoCloseable context) {
        try {
            context.close();
        } catch (Throwable e) {
            Log.warn("a security context could not be ended", e);
        }
    }

    /** Closes something, and throws nothing: the rest has to be closed as well. */
    static void close(Closeable channel) {
        try {
            channel.close();
        } catch (IOException | RuntimeException | Error e) {
            // Nothing is left to be done with it.
        }
    }
}
