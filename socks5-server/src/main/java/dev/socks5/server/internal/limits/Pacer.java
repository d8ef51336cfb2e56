package dev.socks5.server.internal.limits;

import dev.socks5.server.internal.net.Timers;
import java.nio.ByteBuffer;

/**
 * Keeps one direction of a tunnel to its {@link Bandwidth}: little is read at a time, and nothing while there is debt
 * to be paid. Used by the loop's thread alone.
 */
public final class Pacer {

    private final Bandwidth bandwidth;
    private final Timers.Timer pause;
    private boolean pausing;

    /**
     * Makes a pacer that does not pause yet.
     *
     * @param resume run at the end of each pause
     */
    public Pacer(Bandwidth bandwidth, Timers timers, Runnable resume) {
        this.bandwidth = bandwidth;
        this.pause = timers.timer(() -> {
            pausing = false;
            resume.run();
        });
    }

    /** Leaves as much room in a buffer as may be read now. */
    public void limit(ByteBuffer empty) {
        empty.limit(Math.min(empty.limit(), bandwidth.next()));
    }

    /** Charges bytes that have been read; it may be time for a pause. */
    public void charge(int bytes) {
        long nanos = bandwidth.charge(bytes);
        if (nanos > 0) {
            pausing = true;
            pause.set(nanos);
        }
    }

    public boolean pausing() {
        return pausing;
    }

    /** Ends a pause, because the reader has ended. */
    public void cancel() {
        pausing = false;
        pause.cancel();
    }
}
