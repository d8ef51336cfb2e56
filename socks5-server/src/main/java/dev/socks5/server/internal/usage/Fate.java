package dev.socks5.server.internal.usage;

import dev.socks5.server.DatagramCounts;
import java.util.function.ToLongFunction;

/** The fate of a datagram; see {@link DatagramCounts}. */
public enum Fate {
    UP,
    DOWN,
    FRAGMENT,
    MALFORMED,
    FOREIGN,
    REFUSED,
    LOST;

    /** Returns the place of this fate among counts, from 0. */
    @SuppressWarnings("EnumOrdinal") // The order is that of DatagramCounts, and is seen nowhere else.
    int index() {
        return ordinal();
    }

    /** Returns how many datagrams had this fate. */
    long of(DatagramCounts counts) {
        return switch (this) {
            case UP -> counts.up();
            case DOWN -> counts.down();
            case FRAGMENT -> counts.fragments();
            case MALFORMED -> counts.malformed();
            case FOREIGN -> counts.foreign();
            case REFUSED -> counts.refused();
            case LOST -> counts.lost();
        };
    }

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
