package dev.socks5.client.internal.dial;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import dev.socks5.codec.SendAhead;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Describes one proxy on the way to a destination.
 *
 * @param address resolved or not, as it was given
 * @param logins the ways to log in to it
 * @param sendAhead what it may be sent without waiting for its answers
 * @param relayAtItsAddress whether its relay for datagrams has the proxy's own address, whatever it says
 */
public record Hop(InetSocketAddress address, Logins logins, SendAhead sendAhead, boolean relayAtItsAddress)
        implements ProxyChain.Hop {

    /** Gives the endpoint by which the proxy before it has to know it, and by which failures name it. */
    @Override
    public Endpoint endpoint() {
        return Endpoint.of(address);
    }

    @Override
    public ClientHandshake handshake(Request request, Endpoint destination) {
        return new ClientHandshake(
                request, logins.offers(endpoint(), request.command(), destination, sendAhead), endpoint());
    }

    /** Gives the addresses that can be dialled, at least one. May block. */
    public List<InetSocketAddress> lookUp(Resolver resolver) throws IOException {
        if (!address.isUnresolved()) {
            return List.of(address);
        }
        try {
            return resolver.resolve(address.getHostString()).stream()
                    .map(found -> new InetSocketAddress(found, address.getPort()))
                    .collect(Collectors.toList());
        } catch (UnknownHostException e) {
            throw (IOException) new UnknownHostException("no address found for the proxy " + this).initCause(e);
        }
    }

    /** Names the proxy, and no login. */
    @Override
    public String toString() {
        return endpoint().toString();
    }
}
