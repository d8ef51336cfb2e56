package dev.socks5.server.internal.report;

import dev.socks5.server.DatagramCounts;

/** Counts the datagrams of one association by their {@link Fate}, and adds them to the server's figures. */
public final class DatagramCounters {

    private final Counters all;
    private final long[] counts = new long[Fate.values().length];
    private long bytesUp;
    private long bytesDown;

    /**
     * Begins to count.
     *
     * @param all the counters of the whole server
     */
    public DatagramCounters(Counters all) {
        this.all = all;
    }

    /** Counts a datagram relayed from the client, with the bytes of its payload. */
    public void up(int bytes) {
        bytesUp += bytes;
        all.bytesUp(bytes);
        count(Fate.UP);
    }

    /** Counts a datagram relayed to the client, with the bytes of its payload. */
    public void down(int bytes) {
        bytesDown += bytes;
        all.bytesDown(bytes);
        count(Fate.DOWN);
    }

    /** Counts a datagram that was not relayed. */
    public void count(Fate fate) {
        counts[fate.index()]++;
        all.datagram(fate);
    }

    public long bytesUp() {
        return bytesUp;
    }

    public long bytesDown() {
        return bytesDown;
    }

    public DatagramCounts counts() {
        return Fate.counts(fate -> counts[fate.index()]);
    }
}
