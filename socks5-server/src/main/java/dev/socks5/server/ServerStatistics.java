package dev.socks5.server;

/**
 * Figures of a server at one moment; see {@link Socks5Server#statistics()}. Gauges tell how many there are now,
 * counters how many there have been since the server was started. All are 0 or more.
 *
 * <p>Each figure is exact, but they are read one after the other while the server works on: do not expect them to add
 * up to the last connection.
 *
 * @param connections gauge: connections from clients that are open, in whatever state
 * @param tunnels gauge: connections from clients that have a tunnel
 * @param associations gauge: connections from clients that have a UDP association
 * @param accepted counter: connections accepted, without those rejected
 * @param rejected counter: connections closed before any SOCKS was read, see {@link Socks5ServerListener#rejected}
 * @param loginsFailed counter: see {@link Socks5ServerListener#loginFailed}
 * @param requestsFailed counter: see {@link Socks5ServerListener#requestFailed}
 * @param associationsMoved counter: see {@link Socks5ServerListener#associationMoved}
 * @param bytesUp counter: bytes that clients sent through tunnels, open ones included, and as payload of datagrams
 * @param bytesDown counter: bytes that clients were sent through tunnels, open ones included, and as payload of
 *     datagrams
 * @param datagrams counters: the datagrams of all associations, open ones included
 */
public record ServerStatistics(
        int connections,
        int tunnels,
        int associations,
        long accepted,
        long rejected,
        long loginsFailed,
        long requestsFailed,
        long associationsMoved,
        long bytesUp,
        long bytesDown,
        DatagramCounts datagrams) {}
