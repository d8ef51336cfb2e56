package dev.socks5.server;

/** Counts the datagrams of one association by their {@link Fate}, and adds them to the server's figures. */
final class DatagramCounters {

    private final Counters all;
    private final long[] counts = new long[Fate.values().length];
    private long octetsUp;
    private long octetsDown;

    /** @param all of the whole server */
    DatagramCounters(Counters all) {
        this.all = all;
    }

    /** Counts a datagram relayed from the client, with so much payload. */
    void up(int octets) {
        octetsUp += octets;
        all.octetsUp(octets);
        count(Fate.UP);
    }

    /** Counts a datagram relayed to the client, with so much payload. */
    void down(int octets) {
        octetsDown += octets;
        all.octetsDown(octets);
        count(Fate.DOWN);
    }

    /** Counts a datagram of which only that is of interest, because it was not relayed. */
    void count(Fate fate) {
        counts[fate.ordinal()]++;
        all.datagram(fate);
    }

    long octetsUp() {
        return octetsUp;
    }

    long octetsDown() {
        return octetsDown;
    }

    DatagramCounts counts() {
        return Fate.counts(fate -> counts[fate.ordinal()]);
    }
}
