package dev.socks5.server.transport;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.Route;
import java.util.List;

/**
 * A request that the rules have let pass, as a {@link Dialer} gets to see it.
 *
 * @param request the client, its user, and the destination as the client wrote it, in canonical form
 * @param targets where it may lead, at least one: the address or name that the client has asked for; or, on a route
 *     that looks names up ({@link Route#lookingUpNames}), the addresses found that the rules allow, in the resolver's
 *     order. Whoever connects anywhere else passes the rules by
 */
public record DialRequest(AccessRequest request, List<Endpoint> targets) {

    /**
     * Copies the list.
     *
     * @param request the client, its user, and the destination
     * @param targets where it may lead
     * @throws IllegalArgumentException if there is no target
     */
    public DialRequest {
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("a request without a target");
        }
    }

    /**
     * Returns where it leads, or the first choice of several.
     *
     * @return an address or a name, and a port
     */
    public Endpoint target() {
        return targets.get(0);
    }

    /** Describes the request without the user name, which is the client's text. Safe to log. */
    @Override
    public String toString() {
        return request + " to " + targets;
    }
}
