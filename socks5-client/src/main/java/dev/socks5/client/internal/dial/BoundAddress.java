package dev.socks5.client.internal.dial;

import dev.socks5.codec.Address;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import java.net.InetAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** Interprets BND.ADDR and BND.PORT (RFC 1928 section 6). */
public final class BoundAddress {

    private BoundAddress() {}

    /**
     * Gives the address at which the last proxy of a path listens, as its predecessor has to know it. Looks nothing up.
     *
     * @param socket the connection by which the reply came
     */
    public static Endpoint of(Reply reply, ProxyPath path, Socket socket) {
        return reply.bound().relativeTo(own(path, socket));
    }

    /** Gives the address of the last proxy's relay: only the port counts if the proxy's user has said so. */
    public static Endpoint ofRelay(Reply reply, ProxyPath path, Socket socket) {
        return path.last().relayAtItsAddress()
                ? new Endpoint(own(path, socket), reply.bound().port())
                : of(reply, path, socket);
    }

    /** The proxy's own address is the one by which it has been reached. A factory's socket may not know it. */
    private static Address own(ProxyPath path, Socket socket) {
        @Nullable InetAddress reached = socket.getInetAddress();
        return path.hops().size() == 1 && reached != null
                ? Address.of(reached)
                : path.last().endpoint().address();
    }
}
