package dev.socks5.server;

import dev.socks5.server.transport.Dialer;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A way to a destination: directly, or through other SOCKS5 proxies, and perhaps from a certain address of this host;
 * or by a {@link Dialer} that the application supplies.
 *
 * <pre>{@code
 * Route.direct()
 * Route.direct().from(InetAddress.getByName("192.0.2.7"))
 * Route.through(Upstream.parse("socks5://alice:secret@proxy.example:1080"))
 * Route.by(request -> Transport.servedBy((in, out) -> in.transferTo(out)))
 * }</pre>
 *
 * <p>Through a proxy, names are not looked up here: they go to the last proxy as they are, and are looked up there. A
 * dialler gets names as they are, too, unless {@link #lookingUpNames} says otherwise. If a proxy or dialler cannot be
 * reached, or refuses, the request fails; it is never tried directly instead. Immutable, and safe for use by several
 * threads.
 */
public final class Route {

    private static final Route DIRECT = new Route(List.of(), List.of(), null, true);

    private final List<Upstream> upstreams;
    private final List<InetAddress> localAddresses;
    private final @Nullable Dialer dialer;
    private final boolean looksUpNames;

    private Route(
            List<Upstream> upstreams, List<InetAddress> localAddresses, @Nullable Dialer dialer, boolean looksUpNames) {
        this.upstreams = upstreams;
        this.localAddresses = localAddresses;
        this.dialer = dialer;
        this.looksUpNames = looksUpNames;
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
        return new Route(Stream.concat(Stream.of(first), Stream.of(next)).toList(), List.of(), null, false);
    }

    /**
     * Creates a route by a dialler of the application. It serves CONNECT and, if the dialler can, UDP ASSOCIATE; BIND
     * and look-ups are answered with "command not supported". A name goes to the dialler as it is, and the rules have
     * judged it as a name.
     *
     * <p>A dialler that opens sockets by itself, and so would look the name up, is better used with
     * {@link #lookingUpNames}: otherwise rules on addresses, and the server's defaults, cannot judge where the name
     * leads.
     *
     * @param dialer asked for each request; its failures become replies
     * @return a route that looks no names up
     */
    public static Route by(Dialer dialer) {
        return new Route(List.of(), List.of(), Objects.requireNonNull(dialer), false);
    }

    /**
     * Creates a route that goes the same way, for which names are looked up here: the rules judge every address found,
     * and the dialler is given those that they allow. A direct route does so anyway.
     *
     * @return another route
     * @throws IllegalStateException if the route leads through proxies, which look names up themselves
     */
    public Route lookingUpNames() {
        if (!upstreams.isEmpty()) {
            throw new IllegalStateException("a name goes to the last proxy as it is");
        }
        return new Route(upstreams, localAddresses, dialer, true);
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
     *     first proxy has a path, to which nothing connects from an address, or the route is by a dialler, which
     *     connects from where it likes
     */
    public Route from(InetAddress... addresses) {
        for (InetAddress address : addresses) {
            if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
                throw new IllegalArgumentException("no single address to leave from: " + address.getHostAddress());
            }
        }
        if (addresses.length > 0 && dialer != null) {
            throw new IllegalArgumentException("a dialler connects from where it likes");
        }
        if (addresses.length > 0 && !isDirect() && upstreams.get(0).path() != null) {
            throw new IllegalArgumentException("nothing leaves from an address to a proxy with a path");
        }
        if (Stream.of(addresses).map(InetAddress::getClass).distinct().count() < addresses.length) {
            throw new IllegalArgumentException("more than one address of a family to leave from");
        }
        return new Route(upstreams, List.of(addresses), dialer, looksUpNames);
    }

    /**
     * Returns the proxies on the way, without those that only they know of.
     *
     * @return an immutable list in order; empty if the route is direct or by a dialler
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
     * Returns the dialler of the application.
     *
     * @return {@code null} if the route is direct or leads through proxies
     */
    public @Nullable Dialer dialer() {
        return dialer;
    }

    /**
     * Whether names are looked up here, so that every address can be judged.
     *
     * @return true for a direct route, false for one through proxies
     */
    public boolean looksUpNames() {
        return looksUpNames;
    }

    /**
     * Whether the server itself connects to the destination.
     *
     * @return whether there are no {@link #upstreams}, and no {@link #dialer}
     */
    public boolean isDirect() {
        return upstreams.isEmpty() && dialer == null;
    }

    /** Describes the proxies without their logins, or the dialler by its {@code toString}. Safe to log. */
    @Override
    public String toString() {
        String way = dialer != null ? "by " + dialer : isDirect() ? "direct" : "through " + upstreams;
        return localAddresses.isEmpty()
                ? way
                : way + " from "
                        + localAddresses.stream()
                                .map(InetAddress::getHostAddress)
                                .toList();
    }
}
