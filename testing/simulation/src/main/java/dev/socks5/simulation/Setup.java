package dev.socks5.simulation;

import dev.socks5.simulation.network.Chance;
import java.util.List;

/**
 * The settings of the server in one run. Times are in milliseconds.
 *
 * @param login whether clients have to log in
 * @param balancer whether they come through a balancer, which names them by a PROXY header
 * @param blocking whether the policies say that they may block, and so are called on other threads
 * @param upstream how many upstream proxies stand in a row between the server and each destination
 * @param dialer whether a dialler of the embedder's serves two of three visits, and where it is called; not together
 *     with upstreams
 * @param dialerLooksUp whether names are looked up before it is asked
 * @param backlog bytes that may wait for slow readers
 * @param bandwidth bytes a second for each connection and direction; 0 for no limit
 * @param failedLogins failures of one client that are too many; 0 for no limit
 * @param moveAfter the silence after which the client of an association may move; 0 for never
 * @param stopAfter when the server is told to stop; 0 for when all is quiet
 * @param grace how long that waits for open connections; 0 for not at all
 */
record Setup(
        int loops,
        boolean login,
        boolean balancer,
        boolean blocking,
        int upstream,
        Way dialer,
        boolean dialerLooksUp,
        int handshake,
        int connect,
        int bind,
        int idle,
        int halfClose,
        int maxConnections,
        int maxPerClient,
        int maxUnauthenticated,
        int maxPerUser,
        long backlog,
        int bandwidth,
        int userBandwidth,
        int failedLogins,
        boolean torResolve,
        boolean hangUpOnEarlyEnd,
        boolean hideBound,
        boolean strictPort,
        int moveAfter,
        int stopAfter,
        int grace) {

    /** How a dialler is called. */
    enum Way {
        NONE,
        BLOCKING,
        ON_THE_LOOP
    }

    static final int NO_LIMIT = 1_000_000;

    /** The simplest server: nobody logs in, and nothing is limited tightly. */
    static final Setup PLAIN = new Setup(
            1, false, false, false, 0, Way.NONE, false, 10_000, 10_000, 20_000, 60_000, 30_000, NO_LIMIT, NO_LIMIT,
            NO_LIMIT, NO_LIMIT, 64 << 20, 0, 0, 0, false, false, false, false, 0, 0, 0);

    static Setup of(Chance chance) {
        boolean tight = chance.oneIn(4);
        int upstream = chance.oneIn(5) ? 1 + chance.below(2) : 0;
        Way dialer = upstream == 0 && chance.oneIn(3) ? chance.pick(List.of(Way.values())) : Way.NONE;
        return new Setup(
                chance.oneIn(3) ? 2 : 1,
                chance.oneIn(2),
                chance.oneIn(6),
                chance.oneIn(2),
                upstream,
                dialer,
                chance.oneIn(2),
                1_000 + chance.below(9_000),
                1_000 + chance.below(9_000),
                1_000 + chance.below(9_000),
                5_000 + chance.below(55_000),
                2_000 + chance.below(8_000),
                tight ? 1 + chance.below(8) : NO_LIMIT,
                tight && chance.oneIn(2) ? 1 + chance.below(4) : NO_LIMIT,
                tight && chance.oneIn(2) ? 1 + chance.below(4) : NO_LIMIT,
                chance.oneIn(4) ? 1 + chance.below(3) : NO_LIMIT,
                chance.oneIn(4) ? 64 << 10 : 64 << 20,
                chance.oneIn(6) ? 2_000 + chance.below(50_000) : 0,
                chance.oneIn(5) ? 2_000 + chance.below(50_000) : 0,
                chance.oneIn(4) ? 1 + chance.below(3) : 0,
                chance.oneIn(3),
                chance.oneIn(3),
                chance.oneIn(3),
                chance.oneIn(3),
                chance.oneIn(3) ? 500 + chance.below(2_000) : 0,
                chance.oneIn(4) ? 200 + chance.below(10_000) : 0,
                chance.oneIn(2) ? 100 + chance.below(20_000) : 0);
    }

    /** Whether nothing but the network and the peers themselves can make a session fail. */
    boolean isGenerous() {
        return maxConnections == NO_LIMIT
                && maxPerClient == NO_LIMIT
                && maxUnauthenticated == NO_LIMIT
                && maxPerUser == NO_LIMIT
                && backlog > 1 << 20
                && failedLogins == 0
                && stopAfter == 0;
    }
}
