package dev.socks5.server;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Ipv6Address;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request, as an {@link AccessRule} judges it and a {@link Connector} finds a route for it.
 *
 * @param client the address that the connection comes from
 * @param user the user whom the login has made known; {@code null} before a login, or if none is required
 * @param command the command that the client asks for
 * @param destination the destination: a host name in canonical form (lower case, no dot at the end), or an IP address;
 *     {@link Endpoint#UNSPECIFIED} when UDP ASSOCIATE itself is judged. For RESOLVE and RESOLVE_PTR the port means
 *     nothing, and is mostly 0
 * @param resolved the address and port that would be contacted; {@code null} while the destination is a name that has
 *     not been looked up yet, and when UDP ASSOCIATE itself is judged. An IPv4-mapped IPv6 address stands here as the
 *     IPv4 address that it is. Where the route leads through an {@link Upstream}, or by a
 *     {@link dev.socks5.server.transport.Dialer}, a name is not looked up here at all ({@link Route#looksUpNames}):
 *     then the name itself stands here, with its port. The last upstream finds its address, and judges it by rules of
 *     its own
 */
public record AccessRequest(
        ClientAddress client,
        @Nullable Principal user,
        Command command,
        Endpoint destination,
        @Nullable Endpoint resolved) {

    /** Describes the request without the user name, which is the client's text. Safe to log. */
    @Override
    public String toString() {
        return command + " " + destination + (resolved == null ? "" : " at " + resolved) + " from " + client;
    }

    /**
     * Replaces an ISATAP address that would be contacted by the IPv4 address inside it. A rule that refuses the one
     * should refuse the other.
     *
     * @return empty if {@code resolved} is no ISATAP address
     */
    public Optional<AccessRequest> insideIsatap() {
        return resolved != null && resolved.address() instanceof Ipv6Address v6
                ? v6.isatapIpv4().map(inside -> withResolved(new Endpoint(inside, resolved.port())))
                : Optional.empty();
    }

    /**
     * Replaces the destination.
     *
     * @param other the new destination, of which nothing is resolved
     * @return another request
     */
    public AccessRequest withDestination(Endpoint other) {
        return new AccessRequest(client, user, command, other, null);
    }

    /**
     * Replaces what would be contacted.
     *
     * @param address the new address and port
     * @return another request
     */
    public AccessRequest withResolved(Endpoint address) {
        return new AccessRequest(client, user, command, destination, address);
    }
}
