package dev.socks5.server;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * A way to a destination: directly, or through other SOCKS5 proxies, and perhaps from a certain address of this host.
 *
 * <pre>{@code
 * Route.direct()
 * Route.direct().from(InetAddress.getByName("192.0.2.7"))
 * Route.through(Upstream.parse("socks5://alice:secret@proxy.example:1080"))
 * }</pre>
 *
 * <p>Through a proxy, names are not looked up here: they go to the last proxy as they are, and are looked up there. If
 * a proxy cannot be reached, or refuses, the request fails; it is never tried directly instead. Immutable, and safe for
 * use by several threads.
 */
public final class Route {

    private static final Route DIRECT = new Route(List.of(), List.of());

    private final List<Upstream> upstreams;
    private final List<InetAddress> localAddresses;

    private Route(List<Upstream> upstreams, List<InetAddress> localAddresses) {
        this.upstreams = upstreams;
        this.localAddresses = localAddresses;
    }

    /**
     * Creates a route to the destination itself.
     *
     * @return a route on which the system chooses the local address
     */
    public static Route direct() {
        return DIRECT;
    }

    /**
     * Creates a route through a proxy, or a chain of them: each is asked to connect to the next, and the last to the
     * destination.
     *
     * @param first the proxy that this server connects to
     * @param next the proxies behind it, in order
     * @return a route on which the system chooses the local address
     * @throws IllegalArgumentException if one of those behind it has a path, which only this host knows
     */
    public static Route through(Upstream first, Upstream... next) {
        if (Stream.of(next).anyMatch(upstream -> upstream.path() != null)) {
            throw new IllegalArgumentException("a proxy with a path can only be the first: no other can connect to it");
        }
        return new Route(Stream.concat(Stream.of(first), Stream.of(next)).toList(), List.of());
    }

    /**
     * Creates a route that goes the same way from an address of this host: this server connects from there to the
     * destination or to the first proxy. A host that has addresses of the other family only cannot be reached then,
     * because nothing leaves from another address than the one meant. With an address of each family, each is used for
     * its own.
     *
     * <p>Each socket takes one of the local ports of that address. There are some 28,000 of them on Linux, and without
     * an address of its own a socket can share them.
     *
     * @param addresses at most one of each family; none at all leaves it to the system
     * @return another route
     * @throws IllegalArgumentException if there are two of a family, or one is a wildcard or multicast address, or the
     *     first proxy has a path, to which nothing connects from an address
     */
    public Route from(InetAddress... addresses) {
        for (InetAddress address : addresses) {
            if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
                throw new IllegalArgumentException("no single address to leave from: " + address.getHostAddress());
            }
        }
        if (addresses.length > 0 && !isDirect() && upstreams.get(0).path() != null) {
            throw new IllegalArgumentException("nothing leaves from an address to a proxy with a path");
        }
        if (Stream.of(addresses).map(InetAddress::getClass).distinct().count() < addresses.length) {
            throw new IllegalArgumentException("more than one address of a family to leave from");
        }
        return new Route(upstreams, List.of(addresses));
    }

    /**
     * Returns the proxies on the way, without those that only they know of.
     *
     * @return an immutable list in order; empty if the route is direct
     */
    public List<Upstream> upstreams() {
        return upstreams;
    }

    /**
     * Returns the addresses of this host that the route leaves from.
     *
     * @return an immutable list, at most one address of each family; empty if the system chooses
     */
    public List<InetAddress> localAddresses() {
        return localAddresses;
    }

    /**
     * Whether the route leads to the destination itself.
     *
     * @return whether there are no {@link #upstreams}
     */
    public boolean isDirect() {
        return upstreams.isEmpty();
    }

    /** Describes the proxies without their logins. Safe to log. */
    @Override
    public String toString() {
        String way = isDirect() ? "direct" : "through " + upstreams;
        return localAddresses.isEmpty()
                ? way
                : way + " from "
                        + localAddresses.stream()
                                .map(InetAddress::getHostAddress)
                                .toList();
    }
}
