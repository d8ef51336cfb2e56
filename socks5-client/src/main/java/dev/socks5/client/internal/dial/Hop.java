package dev.socks5.client.internal.dial;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiNegotiation;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Describes one proxy on the way to a destination.
 *
 * @param address resolved or not, as it was given
 * @param logins asked for each connection; the login that it gives, which may be {@code null}, is sent to this proxy
 *     alone
 * @param negotiations asked for each connection, with {@link #endpoint()} and the command of the request; {@code null}
 *     if GSSAPI is not offered
 * @param relayAtItsAddress whether its relay for datagrams has the proxy's own address, whatever it says
 */
public record Hop(
        InetSocketAddress address,
        Supplier<? extends @Nullable PasswordRequest> logins,
        @Nullable BiFunction<? super Endpoint, ? super Command, GssapiNegotiation> negotiations,
        boolean relayAtItsAddress)
        implements ProxyChain.Hop {

    /** Gives the endpoint by which the proxy before it has to know it, and by which failures name it. */
    @Override
    public Endpoint endpoint() {
        return Endpoint.of(address);
    }

    /** Begins a handshake that never offers GSSAPI. */
    @Override
    public ClientHandshake handshake(Request request) {
        return new ClientHandshake(request, logins.get(), null, endpoint());
    }

    /**
     * Begins a handshake, its login asked for.
     *
     * @param owner gets the negotiation, which it has to close, if GSSAPI is offered
     */
    ClientHandshake handshake(Request request, Consumer<? super GssapiNegotiation> owner) {
        if (negotiations == null) {
            return handshake(request);
        }
        GssapiNegotiation negotiation = Objects.requireNonNull(negotiations.apply(endpoint(), request.command()));
        owner.accept(negotiation);
        return new ClientHandshake(request, logins.get(), negotiation, endpoint());
    }

    /** Gives the addresses that can be dialled, at least one. May block. */
    public List<InetSocketAddress> lookUp(HostNames names) throws IOException {
        if (!address.isUnresolved()) {
            return List.of(address);
        }
        try {
            return names.addresses(address.getHostString()).stream()
                    .map(found -> new InetSocketAddress(found, address.getPort()))
                    .toList();
        } catch (UnknownHostException e) {
            UnknownHostException unknown = new UnknownHostException("no address found for the proxy " + this);
            unknown.initCause(e);
            throw unknown;
        }
    }

    /** Names the proxy, and no login. */
    @Override
    public String toString() {
        return endpoint().toString();
    }
}
