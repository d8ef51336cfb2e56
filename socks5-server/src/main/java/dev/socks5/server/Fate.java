package dev.socks5.server;

import java.util.function.ToLongFunction;

/** What becomes of a datagram; see {@link DatagramCounts}. */
enum Fate {
    UP,
    DOWN,
    FRAGMENT,
    MALFORMED,
    FOREIGN,
    REFUSED,
    LOST;

    /** Makes the public counts of one count for each fate. */
    static DatagramCounts counts(ToLongFunction<Fate> count) {
        return new DatagramCounts(
                count.applyAsLong(UP),
                count.applyAsLong(DOWN),
                count.applyAsLong(FRAGMENT),
                count.applyAsLong(MALFORMED),
                count.applyAsLong(FOREIGN),
                count.applyAsLong(REFUSED),
                count.applyAsLong(LOST));
    }
}
