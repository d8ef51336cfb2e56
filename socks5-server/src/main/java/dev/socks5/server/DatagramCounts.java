package dev.socks5.server;

/**
 * Counts datagrams by what became of them (RFC 1928 section 7). All counts are 0 or more.
 *
 * @param up relayed from clients
 * @param down relayed to clients
 * @param fragments dropped because FRAG was not 0: fragmentation is optional, and not supported
 * @param malformed dropped because they had no proper header
 * @param foreign dropped because they came from elsewhere: neither from the client, nor from a destination contacted
 * @param refused dropped because a rule refused the destination, its name was not found, or the user's quota was used
 * @param lost dropped because too many waited for look-ups, or the system did not take them
 */
public record DatagramCounts(
        long up, long down, long fragments, long malformed, long foreign, long refused, long lost) {

    /** No datagram at all. */
    public static final DatagramCounts NONE = new DatagramCounts(0, 0, 0, 0, 0, 0, 0);

    /**
     * Adds up the datagrams that were dropped, for whatever reason.
     *
     * @return 0 or more
     */
    public long dropped() {
        return fragments + malformed + foreign + refused + lost;
    }
}
