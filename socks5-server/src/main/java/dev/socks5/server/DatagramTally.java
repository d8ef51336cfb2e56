package dev.socks5.server;

/** Counts what becomes of one association's datagrams, see {@link DatagramCounts}. */
final class DatagramTally {
    long up;
    long octetsUp;
    long down;
    long octetsDown;
    long fragments;
    long malformed;
    long foreign;
    long refused;
    long lost;

    DatagramCounts counts() {
        return new DatagramCounts(up, down, fragments, malformed, foreign, refused, lost);
    }
}
