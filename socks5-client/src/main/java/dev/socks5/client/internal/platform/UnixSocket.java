package dev.socks5.client.internal.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import org.jspecify.annotations.Nullable;

/**
 * A socket of the JDK's kind over a Unix domain socket. It takes one descriptor, and on Linux two more for each
 * direction in which it has had to wait.
 */
public final class UnixSocket extends Socket {

    /** Stands for the path where the JDK wants the address of a host; looked up by nobody. */
    private static final InetSocketAddress SOMEWHERE = InetSocketAddress.createUnresolved("localhost", 0);

    private final UnixSocketImpl impl;

    /** @throws UnsupportedOperationException if there are no Unix domain sockets */
    public UnixSocket() throws IOException {
        this(new UnixSocketImpl(UnixSockets.open(SelectorProvider.provider())));
    }

    private UnixSocket(UnixSocketImpl impl) throws SocketException {
        super(impl);
        this.impl = impl;
    }

    /**
     * Connects to a path.
     *
     * @param path one of {@link UnixSockets#address}
     * @param timeoutMillis of no effect: it may wait for room in the listener's queue until it is closed
     */
    @Override
    public void connect(SocketAddress path, int timeoutMillis) throws IOException {
        impl.path(path);
        super.connect(SOMEWHERE, timeoutMillis);
    }

    /** Gives the channel in blocking mode; this socket is of no more use then. */
    public SocketChannel toChannel() throws IOException {
        return impl.release();
    }

    /** Tells whether it is closed, by an interrupt as well. */
    @Override
    public boolean isClosed() {
        return super.isClosed() || impl.isClosed();
    }

    /** Gives {@code null}: there is no host on the other side. */
    @Override
    public @Nullable InetAddress getInetAddress() {
        return null;
    }
}
