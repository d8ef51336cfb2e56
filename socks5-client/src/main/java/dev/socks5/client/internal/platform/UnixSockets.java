package dev.socks5.client.internal.platform;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;

/** Makes addresses and channels of Unix domain sockets, where this Java and this system have them. */
public final class UnixSockets {

    private UnixSockets() {}

    /**
     * Gives the address of a path.
     *
     * @throws UnsupportedOperationException if this Java has no Unix domain sockets
     * @throws IllegalArgumentException if the path is not one of the system's own file system
     */
    public static SocketAddress address(Path path) {
        try {
            return addressByJdk(path);
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    @BeyondAndroid("The caller says that there are no such sockets")
    private static SocketAddress addressByJdk(Path path) {
        return UnixDomainSocketAddress.of(path);
    }

    /**
     * Opens a channel in blocking mode.
     *
     * @throws UnsupportedOperationException if there are no Unix domain sockets
     */
    public static SocketChannel open(SelectorProvider provider) throws IOException {
        try {
            return openByJdk(provider);
        } catch (LinkageError e) {
            throw missing(e);
        }
    }

    @BeyondAndroid("The caller says that there are no such sockets")
    private static SocketChannel openByJdk(SelectorProvider provider) throws IOException {
        return provider.openSocketChannel(StandardProtocolFamily.UNIX);
    }

    private static UnsupportedOperationException missing(LinkageError e) {
        return new UnsupportedOperationException("this Java has no Unix domain sockets: they came with Java 16", e);
    }
}
