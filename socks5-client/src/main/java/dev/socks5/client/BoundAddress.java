package dev.socks5.client;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** What BND.ADDR and BND.PORT say (RFC 1928 section 6). */
final class BoundAddress {

    private BoundAddress() {}

    /**
     * Where the last proxy of a path listens, as its predecessor has to know it. Looks nothing up.
     *
     * @param socket the connection by which the reply came
     */
    static Endpoint of(Reply reply, ProxyPath path, Socket socket) {
        Endpoint bound = reply.bound();
        return isWildcard(bound) ? new Endpoint(own(path, socket).address(), bound.port()) : bound;
    }

    /** Where the last proxy of a path has its relay: only the port counts if its user has said so. */
    static Endpoint ofRelay(Reply reply, ProxyPath path, Socket socket) {
        return path.last().relayAtItsAddress()
                ? new Endpoint(own(path, socket).address(), reply.bound().port())
                : of(reply, path, socket);
    }

    private static boolean isWildcard(Endpoint bound) {
        return NumericAddress.of(bound)
                .filter(address -> address.getAddress().isAnyLocalAddress())
                .isPresent();
    }

    /** The wildcard stands for the proxy's own address: how it has been reached. A factory's socket may not know that. */
    private static Endpoint own(ProxyPath path, Socket socket) {
        @Nullable InetAddress reached = socket.getInetAddress();
        return path.hops().size() == 1 && reached != null
                ? Endpoint.of(new InetSocketAddress(reached, socket.getPort()))
                : path.last().endpoint();
    }
}
