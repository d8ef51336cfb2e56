package dev.socks5.client;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The moment at which everything up to the end of a handshake must be done, however many steps it takes. */
final class Deadline implements Comparable<Deadline> {

    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos());
    }

    /** What is left, rounded up: never 0, which sockets take for "no limit". */
    int remainingMillis() throws SocketTimeoutException {
        long nanos = nanosLeft();
        if (nanos <= 0) {
            throw new SocketTimeoutException("time is up");
        }
        return Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1);
    }

    /** Not positive once it is over. */
    long nanosLeft() {
        return nanoTime - System.nanoTime();
    }

    /** The sooner, the less. */
    @Override
    public int compareTo(Deadline other) {
        return Long.signum(nanoTime - other.nanoTime); // Not Long.compare: the clock may overflow.
    }
}
