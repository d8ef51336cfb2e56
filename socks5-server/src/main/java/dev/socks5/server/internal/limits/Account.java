package dev.socks5.server.internal.limits;

import dev.socks5.server.internal.usage.Totals;
import dev.socks5.server.operation.UserUsage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The state that the connections of one user share, and what is remembered of the user when there are none. */
public final class Account {

    private final String user;
    private final @Nullable TokenBucket up;
    private final @Nullable TokenBucket down;
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
     * @param bandwidth bytes a second each way; 0 for no limit
     * @param quota tells what each user is granted
     */
    Account(String user, long bandwidth, Supplier<Quota.Grant> quota, LongSupplier clock) {
        this.user = user;
        this.up = bandwidth == 0 ? null : new TokenBucket(bandwidth, clock);
        this.down = bandwidth == 0 ? null : new TokenBucket(bandwidth, clock);
        this.quota = new Quota(quota, clock);
    }

    String user() {
        return user;
    }

    /** Returns the limit on the bytes that all the user's clients send together; {@code null} if there is none. */
    public @Nullable TokenBucket up() {
        return up;
    }

    /** Returns the limit on the bytes that the user's clients are sent. */
    public @Nullable TokenBucket down() {
        return down;
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
