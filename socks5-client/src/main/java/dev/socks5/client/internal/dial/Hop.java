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

    @Override
    public ClientHandshake handshake(Request request) {
        @Nullable
        GssapiNegotiation negotiation =
                negotiations == null ? null : Objects.requireNonNull(negotiations.apply(endpoint(), request.command()));
        return new ClientHandshake(request, logins.get(), negotiation, endpoint());
    }

    /** Gives this proxy with an owner for its negotiations, who has to close them. */
    Hop owned(Consumer<? super GssapiNegotiation> owner) {
        var given = negotiations;
        if (given == null) {
            return this;
        }
        return new Hop(
                address,
                logins,
                (proxy, command) -> {
                    GssapiNegotiation negotiation = Objects.requireNonNull(given.apply(proxy, command));
                    owner.accept(negotiation);
                    return negotiation;
                },
                relayAtItsAddress);
    }

    /** Gives the addresses that can be dialled, at least one. May block. */
    public List<InetSocketAddress> lookUp(Resolver resolver) throws IOException {
        if (!address.isUnresolved()) {
            return List.of(address);
        }
        try {
            return resolver.resolve(address.getHostString()).stream()
                    .map(found -> new InetSocketAddress(found, address.getPort()))
                    .toList();
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
