package dev.socks5.benchmarks.trips;

import java.io.IOException;
import java.time.Duration;

/** A client whose time is taken. */
interface Client extends AutoCloseable {

    /** The longest that a client waits for anything. */
    Duration PATIENCE = Duration.ofSeconds(20);

    /** Its row in the table. */
    String name();

    /** Tells whether it can go through several proxies in a row. */
    default boolean chains() {
        return true;
    }

    /** Tells whether it differs from the other clients on such a route. */
    default boolean isMeant(Route route) {
        return true;
    }

    /** Tells whether its time is taken on a route. */
    default boolean takes(Route route) {
        return isMeant(route) && (chains() || !route.isChain());
    }

    /**
     * Goes there once: connects, sends {@link Origin#request()} and waits for the answer.
     *
     * @param route one that it takes
     * @return nanoseconds from before it connects until it has the first byte of the answer
     * @throws IOException if it does not get there, or gets something else
     */
    long nanos(Route route) throws IOException;

    @Override
    default void close() {}
}
