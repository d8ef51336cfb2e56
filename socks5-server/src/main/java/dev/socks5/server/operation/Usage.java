package dev.socks5.server.operation;

import dev.socks5.server.DatagramCounts;

/**
 * What has been relayed. All figures are 0 or more, and only ever grow.
 *
 * @param bytesUp the bytes that came from clients through tunnels, or as payload of datagrams
 * @param bytesDown the bytes that went to clients through tunnels, or as payload of datagrams
 * @param datagrams the datagrams of associations; {@link DatagramCounts#NONE} if there were none
 */
public record Usage(long bytesUp, long bytesDown, DatagramCounts datagrams) {

    /** Nothing at all. */
    public static final Usage NONE = new Usage(0, 0, DatagramCounts.NONE);
}
