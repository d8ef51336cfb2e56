package dev.socks5.server;

/** Counts what becomes of one association's datagrams, see {@link DatagramCounts}, and adds it to the server's figures. */
final class DatagramCounters {

    private final Counters all;
    private long up;
    private long octetsUp;
    private long down;
    private long octetsDown;
    private long fragments;
    private long malformed;
    private long foreign;
    private long refused;
    private long lost;

    /** @param all of the whole server */
    DatagramCounters(Counters all) {
        this.all = all;
    }

    void up(int octets) {
        up++;
        octetsUp += octets;
        all.datagramUp(octets);
    }

    void down(int octets) {
        down++;
        octetsDown += octets;
        all.datagramDown(octets);
    }

    void fragment() {
        fragments++;
        all.fragment();
    }

    void malformed() {
        malformed++;
        all.malformed();
    }

    void foreign() {
        foreign++;
        all.foreign();
    }

    void refused() {
        refused++;
        all.refused();
    }

    void lost() {
        lost++;
        all.lost();
    }

    long octetsUp() {
        return octetsUp;
    }

    long octetsDown() {
        return octetsDown;
    }

    DatagramCounts counts() {
        return new DatagramCounts(up, down, fragments, malformed, foreign, refused, lost);
    }
}
