package dev.socks5.simulation.network;

/** What becomes of an attempt to connect to an address. */
public enum Reachability {
    /** Whoever listens there is connected; if nobody does, it is refused. */
    OPEN,
    /** Refused, after a round trip. */
    REFUSED,
    /** The system knows of no way, and says so at once. */
    UNREACHABLE,
    /** A router says that there is no way, after a round trip. */
    NO_ROUTE,
    /** No answer ever. */
    SILENT,
    /** No answer, until the system gives up. */
    TIMES_OUT
}
