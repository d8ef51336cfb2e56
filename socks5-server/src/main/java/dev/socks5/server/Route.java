package dev.socks5.server;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a destination is reached: directly, or through other SOCKS5 proxies; and from which address of this host.
 *
 * <pre>{@code
 * Route.direct()
 * Route.direct().from(InetAddress.getByName("192.0.2.7"))
 * Route.through(Upstream.parse("socks5://alice:secret@proxy.example:1080"))
 * }</pre>
 *
 * <p>Through a proxy, names are not looked up here: they go to the last proxy as they are, and it is there that they are
 * looked up. If a proxy cannot be reached, or refuses, the request fails; it is never tried directly instead. Immutable,
 * and safe for use by several threads.
 */
public final class Route {

    private static final Route DIRECT = new Route(List.of(), Egress.ANY);

    private final List<Upstream> upstreams;
    private final Egress egress;

    private Route(List<Upstream> upstreams, Egress egress) {
        this.upstreams = upstreams;
        this.egress = egress;
    }

    /**
     * To the destination itself.
     *
     * @return a route on which the system chooses the local address
     */
    public static Route direct() {
        return DIRECT;
    }

    /**
     * Through a proxy, or a chain of them: each is asked to connect to the next, and the last to the destination.
     *
     * @param first the one that this server connects to
     * @param next those behind it, in order
     * @return a route on which the system chooses the local address
     */
    public static Route through(Upstream first, Upstream... next) {
        return new Route(Stream.concat(Stream.of(first), Stream.of(next)).toList(), Egress.ANY);
    }

    /**
     * The same way, but from an address of this host: where this server itself connects to, be it the destination or the
     * first proxy, it does so from there. What has addresses of the other family only cannot be reached then: nothing
     * leaves from another address than the one meant. With an address of each family, each is used for its own.
     *
     * <p>Each socket takes one of the local ports of that address. There are some 28,000 of them on Linux, and without an
     * address of its own a socket can share them.
     *
     * @param addresses at most one of each family; none at all leaves it to the system
     * @return another route
     * @throws IllegalArgumentException if there are two of a family, or one is a wildcard or multicast address
     */
    public Route from(InetAddress... addresses) {
        return new Route(upstreams, new Egress(List.of(addresses)));
    }

    /** The proxies, in order; none if it is direct. */
    List<Upstream> upstreams() {
        return upstreams;
    }

    /** The same way as far as the so-manieth proxy. */
    Route upTo(int count) {
        return new Route(upstreams.subList(0, count), egress);
    }

    boolean isDirect() {
        return upstreams.isEmpty();
    }

    Egress egress() {
        return egress;
    }

    /** The proxies without their logins. Safe to log. */
    @Override
    public String toString() {
        return (isDirect() ? "direct" : "through " + upstreams)
                + (egress.equals(Egress.ANY)
                        ? ""
                        : " from "
                                + egress.addresses().stream()
                                        .map(InetAddress::getHostAddress)
                                        .toList());
    }
}
