package dev.socks5.server.internal.usage;

import dev.socks5.server.DatagramCounts;
import dev.socks5.server.operation.Usage;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what several sessions relay: those of one user, or all. Something is added for every read, so that must cost
 * next to nothing. Safe for use by several threads.
 */
public final class Totals {

    private static final Fate[] FATES = Fate.values(); // Each call would copy them.

    private final LongAdder bytesUp = new LongAdder();
    private final LongAdder bytesDown = new LongAdder();

    /** One for each {@link Fate}; made for the first datagram, because most users never send one. */
    private volatile LongAdder @Nullable [] datagrams;

    /** Makes figures of nothing that need no memory for what is added to them. */
    public static Totals complete() {
        Totals totals = new Totals();
        totals.makeDatagrams();
        return totals;
    }

    /** Counts bytes from a client. */
    public void up(long bytes) {
        bytesUp.add(bytes);
    }

    /** Counts bytes for a client. */
    public void down(long bytes) {
        bytesDown.add(bytes);
    }

    /** Counts a datagram. */
    public void count(Fate fate) {
        datagrams()[fate.index()].increment();
    }

    /** Adds what others have relayed. */
    public void add(Usage other) {
        bytesUp.add(other.bytesUp());
        bytesDown.add(other.bytesDown());
        if (!other.datagrams().equals(DatagramCounts.NONE)) {
            LongAdder[] counts = datagrams();
            for (Fate fate : FATES) {
                counts[fate.index()].add(fate.of(other.datagrams()));
            }
        }
    }

    private LongAdder[] datagrams() {
        LongAdder[] known = datagrams;
        return known == null ? makeDatagrams() : known;
    }

    private synchronized LongAdder[] makeDatagrams() {
        LongAdder[] counts = datagrams;
        if (counts == null) {
            counts = Stream.generate(LongAdder::new).limit(FATES.length).toArray(LongAdder[]::new);
            datagrams = counts;
        }
        return counts;
    }

    /** Returns the figures of this moment. */
    public Usage usage() {
        LongAdder[] counts = datagrams;
        return new Usage(
                bytesUp.sum(),
                bytesDown.sum(),
                counts == null ? DatagramCounts.NONE : Fate.counts(fate -> counts[fate.index()].sum()));
    }
}
