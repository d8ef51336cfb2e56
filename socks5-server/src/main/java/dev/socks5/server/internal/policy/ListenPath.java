package dev.socks5.server.internal.policy;

import dev.socks5.server.internal.net.Listener.BoundSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A path at which a server listens on a Unix domain socket.
 *
 * @param path absolute
 * @param permissions of the socket: whoever may write to it can connect; empty if it is there already
 * @param given the socket that is at the path already; {@code null} if it is yet to be bound
 */
public record ListenPath(
        Path path,
        Set<PosixFilePermission> permissions,
        @Nullable BoundSocket given) {

    /** What holds for its clients: as on loopback, they come themselves, without TLS, and nobody from outside does. */
    public static final ListenAddress TERMS =
            new ListenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of());

    @Override
    public String toString() {
        return "unix:" + path;
    }
}
