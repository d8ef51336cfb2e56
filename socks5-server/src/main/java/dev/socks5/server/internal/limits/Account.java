package dev.socks5.server.internal.limits;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state that the connections of one user share while at least one of them is open, and while they {@link #owes()
 * owe}.
 */
public final class Account {

    private final String user;
    private final @Nullable TokenBucket up;
    private final @Nullable TokenBucket down;
    private int connections;

    /**
     * Makes the account of a user without connections.
     *
     * @param bandwidth bytes a second each way; 0 for no limit
     */
    Account(String user, long bandwidth, LongSupplier clock) {
        this.user = user;
        this.up = bandwidth == 0 ? null : new TokenBucket(bandwidth, clock);
        this.down = bandwidth == 0 ? null : new TokenBucket(bandwidth, clock);
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

    /** Whether a new account in place of this one would give the user more than it has. */
    boolean owes() {
        return up != null && down != null && !(up.isFull() && down.isFull());
    }

    /** Counts more connections, or fewer, and returns how many are open; for {@link UserLimits}, under its lock. */
    int count(int more) {
        return connections += more;
    }
}
