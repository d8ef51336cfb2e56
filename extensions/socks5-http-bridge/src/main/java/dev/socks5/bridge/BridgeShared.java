package dev.socks5.bridge;

import dev.socks5.client.Socks5Client;
import java.util.concurrent.ExecutorService;

/**
 * What the connections of a bridge share.
 *
 * @param client opens the tunnels
 * @param sockets holds everything that is open
 * @param threads serves connections, with a thread for each task
 * @param failures is told why requests fail
 * @param longestHead how many bytes a head may have
 */
record BridgeShared(
        Socks5Client client,
        BridgeSockets sockets,
        ExecutorService threads,
        BridgeFailures failures,
        int longestHead) {}
