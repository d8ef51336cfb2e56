package dev.socks5.client.internal.dial;

import dev.socks5.codec.Address;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Names the end of a connection, with the address that is known of it here.
 *
 * @param endpoint goes to rules and to the last proxy
 * @param address as it was given or looked up, with its name and zone; {@code null} if nobody here knows the address of
 *     a name
 */
public record Destination(Endpoint endpoint, @Nullable InetAddress address) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

    public static Destination of(Endpoint endpoint) {
        return new Destination(
                endpoint,
                endpoint.isName()
                        ? null
                        : endpoint.unmapped().toInetSocketAddress().getAddress());
    }

    /** Takes the address itself, whatever name it carries. */
    public static Destination of(InetAddress address, int port) {
        return new Destination(new Endpoint(Address.of(address), port), address);
    }

    /**
     * Reads a host as a person writes it, an IPv6 address with or without a zone. Looks nothing up.
     *
     * @throws IllegalArgumentException if it is neither address nor name, or the port is out of range
     */
    public static Destination of(String host, int port) {
        Optional<InetAddress> scoped = ScopedAddress.parse(Objects.requireNonNull(host, "host"));
        return scoped.isPresent() ? of(scoped.get(), port) : of(requireHostName(Endpoint.of(host, port)));
    }

    /** Refuses names that no proxy could find. A {@link DomainName} made of bytes may be any. */
    private static Endpoint requireHostName(Endpoint endpoint) {
        if (endpoint.address() instanceof DomainName name
                && !NAME.matcher(name.octets()).matches()) {
            throw new IllegalArgumentException(
                    "no name of a host, which has letters, digits, hyphens, underscores and dots: \"" + name + '"');
        }
        return endpoint;
    }

    /**
     * Reads the address that a socket is told to connect to.
     *
     * @param standsForName whether the name that a resolved address carries counts
     * @throws IllegalArgumentException if its host cannot be sent
     */
    public static Destination of(InetSocketAddress given, boolean standsForName) {
        InetAddress address = given.getAddress();
        if (address == null) {
            return of(given.getHostString(), given.getPort());
        }
        String host = given.getHostString();
        return standsForName && !host.equals(address.getHostAddress())
                ? new Destination(requireHostName(Endpoint.of(host, given.getPort())), address)
                : of(address, given.getPort());
    }

    /**
     * Reads an address as {@link #of(InetSocketAddress, boolean)} does, and throws what users of sockets expect.
     *
     * @throws UnknownHostException if its host cannot be sent
     */
    public static Destination sent(InetSocketAddress given, boolean standsForName) throws UnknownHostException {
        try {
            return of(given, standsForName);
        } catch (IllegalArgumentException e) {
            throw (UnknownHostException) new UnknownHostException(e.getMessage()).initCause(e);
        }
    }

    boolean isNamed() {
        return endpoint.isName();
    }

    /** Gives each address of this destination, looked up if it is a name; at least one. May block then. */
    List<InetSocketAddress> lookedUp(Resolver resolver) throws UnknownHostException {
        return isNamed()
                ? resolver.resolve(endpoint.address().toString()).stream()
                        .map(found -> of(found, endpoint.port()).peer())
                        .collect(Collectors.toList())
                : List.of(peer());
    }

    /** Tells whether a proxy can be asked for it. */
    boolean isSendable() {
        return address == null || !ScopedAddress.needsZone(address);
    }

    /**
     * Gives this destination, if a proxy can be asked for it.
     *
     * @throws NoRouteToHostException if the address has a zone: the proxy would dial it, and has other zones
     */
    public Destination sendable() throws NoRouteToHostException {
        if (address != null && !isSendable()) {
            throw new NoRouteToHostException("the zone of " + address.getHostAddress()
                    + " means something on this host only, and a proxy would dial it");
        }
        return this;
    }

    /** Tells such a failure from that of a route to a proxy, which has reasons. */
    static boolean isUnsendable(IOException failure) {
        return failure instanceof NoRouteToHostException
                && failure.getCause() == null
                && failure.getSuppressed().length == 0;
    }

    /** Gives the address that a socket there reports: unresolved if no address is known. */
    public InetSocketAddress peer() {
        return address == null ? endpoint.toInetSocketAddress() : new InetSocketAddress(address, endpoint.port());
    }

    /** Gives the endpoint only. Safe to log. */
    @Override
    public String toString() {
        return endpoint.toString();
    }
}
