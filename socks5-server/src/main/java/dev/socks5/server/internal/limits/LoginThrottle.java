package dev.socks5.server.internal.limits;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.internal.net.ClientBlock;
import dev.socks5.server.internal.net.Timers;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which clients (see {@link ClientBlock}) have guessed at logins, and keeps out those that have done so too
 * often. It remembers a bounded number, and forgets the oldest first. Safe for use by several threads.
 */
public final class LoginThrottle {

    /** The greatest number of clients that it remembers. */
    static final int CAPACITY = 10_000;

    /** Failures since a time; once there are too many, the client is kept out for as long as this is remembered. */
    private record Guesses(long since, int count) {}

    private final IntSupplier limit;
    private final Supplier<Duration> window;
    private final LongSupplier clock;

    /** In the order of {@code since}. */
    private final Map<Object, Guesses> clients = new LinkedHashMap<>();

    /**
     * Makes a throttle that remembers nobody.
     *
     * @param limit asked each time for the number of failures that is too many; 0 if there is no limit
     * @param window asked each time for how long they are remembered, from the first, and for how long the client is
     *     kept out, from the last
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    public LoginThrottle(IntSupplier limit, Supplier<Duration> window, LongSupplier clock) {
        this.limit = limit;
        this.window = window;
        this.clock = clock;
    }

    /** Whether a client is kept out. */
    public boolean keepsOut(ClientAddress client) {
        int most = limit.getAsInt();
        if (most == 0) {
            return false;
        }
        Object block = ClientBlock.of(client);
        synchronized (this) {
            forget(clock.getAsLong());
            @Nullable Guesses guesses = clients.get(block);
            return guesses != null && guesses.count >= most;
        }
    }

    /** Counts a login that was not good. */
    public void failed(ClientAddress client) {
        int most = limit.getAsInt();
        if (most == 0) {
            return;
        }
        Object block = ClientBlock.of(client);
        synchronized (this) {
            long now = clock.getAsLong();
            forget(now);
            @Nullable Guesses before = clients.get(block);
            if (before == null) {
                clients.put(block, new Guesses(now, 1));
            } else if (before.count + 1 < most) {
                clients.put(block, new Guesses(before.since, before.count + 1)); // It keeps its place.
            } else {
                clients.remove(block);
                clients.put(block, new Guesses(now, most));
            }
            forget(now);
        }
    }

    private void forget(long now) {
        long kept = Timers.nanos(window.get());
        Iterator<Guesses> oldest = clients.values().iterator();
        while (oldest.hasNext() && (now - oldest.next().since >= kept || clients.size() > CAPACITY)) {
            oldest.remove();
        }
    }

    /** Tells how many clients it remembers. */
    synchronized int size() {
        return clients.size();
    }
}
