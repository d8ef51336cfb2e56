package dev.socks5.server.internal.limits;

import dev.socks5.server.internal.usage.Totals;
import dev.socks5.server.operation.UserUsage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The state that the connections of one user share, and what is remembered of the user when there are none. */
public final class Account {

    private final String user;
    private final LongSupplier bandwidth;
    private final LongSupplier clock;
    private long rate; // guarded by this, as the next two are
    private @Nullable TokenBucket up;
    private @Nullable TokenBucket down;
    private final Quota quota;
    private final Totals relayed = new Totals();
    private volatile int connections; // written with the lock of UserLimits

    /** Its neighbours in {@link IdleAccounts}. */
    @Nullable
    Account older;

    @Nullable
    Account newer;

    /**
     * Makes the account of a user without connections.
     *
     * @param bandwidth asked for the bytes a second each way; 0 for no limit
     * @param quota tells what each user is granted
     */
    Account(String user, LongSupplier bandwidth, Supplier<Quota.Grant> quota, LongSupplier clock) {
        this.user = user;
        this.bandwidth = bandwidth;
        this.clock = clock;
        this.quota = new Quota(quota, clock);
    }

    String user() {
        return user;
    }

    /**
     * Returns the limit on the bytes that all the user's clients send together; {@code null} if there is none. After a
     * change of the bandwidth it is another one, and those who have the one before keep it.
     */
    public synchronized @Nullable TokenBucket up() {
        renew();
        return up;
    }

    /** Returns the limit on the bytes that the user's clients are sent, as {@link #up}. */
    public synchronized @Nullable TokenBucket down() {
        renew();
        return down;
    }

    private void renew() {
        long now = bandwidth.getAsLong();
        if (now != rate) {
            rate = now;
            up = now == 0 ? null : new TokenBucket(now, clock);
            down = now == 0 ? null : new TokenBucket(now, clock);
        }
    }

    /** Returns the limit on the bytes that the user's sessions relay in a period. */
    public Quota quota() {
        return quota;
    }

    /** Returns the figures of what the user's sessions relay. */
    public Totals relayed() {
        return relayed;
    }

    int connections() {
        return connections;
    }

    /** Changes the number of connections; for {@link UserLimits}, under its lock. */
    void connections(int count) {
        connections = count;
    }

    UserUsage usage() {
        return new UserUsage(user, connections, relayed.usage());
    }
}
