package dev.socks5.client.internal.dial;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.ProxyUri;
import dev.socks5.codec.Request;
import dev.socks5.codec.SendAhead;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Describes one proxy on the way to a destination.
 *
 * @param address of a host, resolved or not, as it was given; or the path of a Unix domain socket
 * @param logins the ways to log in to it
 * @param sendAhead what it may be sent without waiting for its answers
 * @param relayAtItsAddress whether its relay for datagrams has the proxy's own address, whatever it says
 * @param tls for a proxy that is reached by TLS; {@code null} for a plain one
 */
public record Hop(
        SocketAddress address,
        Logins logins,
        SendAhead sendAhead,
        boolean relayAtItsAddress,
        @Nullable SSLContext tls) implements ProxyChain.Hop {

    /** Describes a proxy without TLS. */
    public Hop(SocketAddress address, Logins logins, SendAhead sendAhead, boolean relayAtItsAddress) {
        this(address, logins, sendAhead, relayAtItsAddress, null);
    }

    /** Gives the endpoint by which the proxy before it has to know it, and by which failures name it. */
    @Override
    public Endpoint endpoint() {
        return address instanceof InetSocketAddress ip ? Endpoint.of(ip) : ProxyUri.LOCAL;
    }

    @Override
    public ClientHandshake handshake(Request request, Endpoint destination) {
        return new ClientHandshake(
                request, logins.offers(endpoint(), request.command(), destination, sendAhead), endpoint());
    }

    @Override
    public boolean isSecured() {
        return tls != null;
    }

    /** Tells whether it listens on a path of this host. */
    public boolean isLocal() {
        return !(address instanceof InetSocketAddress);
    }

    /** Gives the addresses that can be dialled, at least one. May block. */
    public List<? extends SocketAddress> lookUp(Resolver resolver) throws IOException {
        if (!(address instanceof InetSocketAddress ip) || !ip.isUnresolved()) {
            return List.of(address);
        }
        try {
            return resolver.resolve(ip.getHostString()).stream()
                    .map(found -> new InetSocketAddress(found, ip.getPort()))
                    .collect(Collectors.toList());
        } catch (UnknownHostException e) {
            throw (IOException) new UnknownHostException("no address found for the proxy " + this).initCause(e);
        }
    }

    /** Tells such a failure from that of a destination's name. */
    static boolean isOfProxy(UnknownHostException failure) {
        return failure.getCause() instanceof UnknownHostException;
    }

    /** Names the proxy, and no login. */
    @Override
    public String toString() {
        return isLocal() ? address.toString() : endpoint().toString();
    }
}
