package dev.socks5.server;

/**
 * Decides how a destination is reached. Called by several threads at once.
 *
 * <p>It is asked once for each request, after the {@link AccessRule} has let it pass as far as that can be told without
 * a look-up: that is before names are looked up, because through an {@link Upstream}, or by a dialler
 * ({@link Route#by}), they are not looked up here unless the route says so.
 */
@FunctionalInterface
public interface Connector extends Policy {

    /**
     * Chooses the route for one request. May block: it is called on a thread that may wait, and the connect's deadline
     * goes on.
     *
     * @param request the request; {@link AccessRequest#resolved()} is {@code null} here
     * @return the route; an exception or {@code null} fails the request with reply 01, and is logged
     */
    Route route(AccessRequest request);

    /**
     * Creates a connector that chooses the same route for every request.
     *
     * @param route the route
     * @return a connector that never blocks
     */
    static Connector always(Route route) {
        return new Connector() {
            @Override
            public Route route(AccessRequest request) {
                return route;
            }

            @Override
            public boolean mayBlock() {
                return false;
            }

            @Override
            public String toString() {
                return route.toString();
            }
        };
    }
}
