package dev.socks5.server.internal.usage;

import dev.socks5.server.DatagramCounts;
import dev.socks5.server.operation.Usage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one session relays, and adds it to the figures of its user and of the server. The session's loop alone
 * counts; the figures may be read by any thread. They need no locked instruction, because there is one writer. The
 * greater sums come first: whoever reads the lesser ones before them never sees more there.
 */
public final class Meter {

    private final Totals server;
    private final AtomicLong bytesUp = new AtomicLong();
    private final AtomicLong bytesDown = new AtomicLong();
    private Totals user;

    /** One for each {@link Fate}; made for the first datagram. */
    private volatile @Nullable AtomicLongArray datagrams;

    /**
     * Begins to count.
     *
     * @param server the figures of the whole server
     * @param user the figures of those who have not logged in, among whom the session is until {@link #user}
     */
    public Meter(Totals server, Totals user) {
        this.server = server;
        this.user = user;
    }

    /** Counts for a user from now on. Nothing has been counted before. */
    public void user(Totals figures) {
        user = figures;
    }

    /** Counts bytes from the client. */
    public void up(int bytes) {
        server.up(bytes);
        user.up(bytes);
        bytesUp.setOpaque(bytesUp.getPlain() + bytes);
    }

    /** Counts bytes for the client. */
    public void down(int bytes) {
        server.down(bytes);
        user.down(bytes);
        bytesDown.setOpaque(bytesDown.getPlain() + bytes);
    }

    /** Counts a datagram relayed from the client, with the bytes of its payload. */
    public void datagramUp(int bytes) {
        up(bytes);
        count(Fate.UP);
    }

    /** Counts a datagram relayed to the client, with the bytes of its payload. */
    public void datagramDown(int bytes) {
        down(bytes);
        count(Fate.DOWN);
    }

    /** Counts a datagram, without its bytes. */
    public void count(Fate fate) {
        AtomicLongArray counts = datagrams;
        if (counts == null) {
            counts = new AtomicLongArray(Fate.values().length);
            datagrams = counts;
        }
        server.count(fate);
        user.count(fate);
        counts.setOpaque(fate.index(), counts.getPlain(fate.index()) + 1);
    }

    /** Returns the figures of this moment. */
    public Usage usage() {
        AtomicLongArray counts = datagrams;
        return new Usage(
                bytesUp.getOpaque(),
                bytesDown.getOpaque(),
                counts == null ? DatagramCounts.NONE : Fate.counts(fate -> counts.getOpaque(fate.index())));
    }

    /** Returns a number that grows with everything that is relayed, and with nothing else. */
    public long moved() {
        AtomicLongArray counts = datagrams;
        long relayed = counts == null ? 0 : counts.getOpaque(Fate.UP.index()) + counts.getOpaque(Fate.DOWN.index());
        return bytesUp.getOpaque() + bytesDown.getOpaque() + relayed;
    }
}
