package dev.socks5.server.internal.policy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/**
 * A path at which a server listens on a Unix domain socket.
 *
 * @param path absolute
 * @param permissions of the socket: whoever may write to it can connect
 */
public record ListenPath(Path path, Set<PosixFilePermission> permissions) {

    /** What holds for its clients: as on loopback, they come themselves, without TLS, and nobody from outside does. */
    public static final ListenAddress TERMS =
            new ListenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of());

    @Override
    public String toString() {
        return "unix:" + path;
    }
}
