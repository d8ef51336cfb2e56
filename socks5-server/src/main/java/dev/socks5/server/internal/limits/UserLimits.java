package dev.socks5.server.internal.limits;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections of each user, where that is limited. It also remembers users without connections who still owe
 * for what these have used, or they could get around the bandwidth by connecting anew. Safe for use by several threads.
 */
public final class UserLimits {

    /** The greatest number of debts that are remembered. */
    static final int MAX_OWING = 10_000;

    private final int maxPerUser;
    private final long bandwidth;
    private final LongSupplier clock;
    private final Map<String, Account> open = new HashMap<>();

    /** Users without a connection, in the order in which they have left; never more than {@link #MAX_OWING}. */
    private final Map<String, Account> owing = new LinkedHashMap<>();

    /**
     * Makes the limits of a server that has no users yet.
     *
     * @param bandwidth bytes a second each way, for each user; 0 for no limit
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    public UserLimits(int maxPerUser, long bandwidth, LongSupplier clock) {
        this.maxPerUser = maxPerUser;
        this.bandwidth = bandwidth;
        this.clock = clock;
    }

    /** Whether anything is limited at all. */
    public boolean areKept() {
        return maxPerUser < Integer.MAX_VALUE || bandwidth > 0;
    }

    /** Counts a connection in, unless the user has too many. */
    public synchronized Optional<Account> enter(String user) {
        forget();
        Account account = open.computeIfAbsent(user, this::account);
        if (account.count(+1) > maxPerUser) {
            leave(account);
            return Optional.empty();
        }
        return Optional.of(account);
    }

    /** Counts a connection out. */
    public synchronized void leave(Account account) {
        if (account.count(-1) == 0) {
            open.remove(account.user());
            if (account.owes()) {
                owing.put(account.user(), account);
            }
            forget();
        }
    }

    private Account account(String user) {
        @Nullable Account before = owing.remove(user);
        return before == null ? new Account(user, bandwidth, clock) : before;
    }

    /**
     * Forgets users who owe nothing any more. It does not search: a user behind one with a larger debt is forgotten
     * with that one.
     */
    private void forget() {
        Iterator<Account> oldest = owing.values().iterator();
        while (oldest.hasNext() && (!oldest.next().owes() || owing.size() > MAX_OWING)) {
            oldest.remove();
        }
    }

    /** Tells how many users have connections open. */
    public synchronized int size() {
        return open.size();
    }

    /** Tells how many users have none, and owe. */
    synchronized int owing() {
        return owing.size();
    }
}
