package dev.socks5.server.internal.limits;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the connections of one user have in common while at least one of them is open, and while they {@link #owes() owe}. */
public final class Account {

    private final String user;
    private final @Nullable TokenBucket up;
    private final @Nullable TokenBucket down;
    private int connections;

    /**
     * Makes the account of a user without connections.
     *
     * @param bandwidth octets a second each way; 0 for no limit
     */
    Account(String user, long bandwidth, LongSupplier clock) {
        this.user = user;
        this.up = bandwidth == 0 ? null : new TokenBucket(bandwidth, clock);
        this.down = bandwidth == 0 ? null : new TokenBucket(bandwidth, clock);
    }

    String user() {
        return user;
    }

    /** What the user's clients send, all of them together; {@code null} if there is no limit. */
    @Nullable
    public TokenBucket up() {
        return up;
    }

    /** What the user's clients are sent. */
    @Nullable
    public TokenBucket down() {
        return down;
    }

    /** Whether a new account in place of this one would give the user more than it has. */
    boolean owes() {
        return up != null && down != null && !(up.isFull() && down.isFull());
    }

    /** How many are open when there is one more, or (negative) fewer; for {@link UserLimits}, under its lock. */
    int count(int more) {
        return connections += more;
    }
}
