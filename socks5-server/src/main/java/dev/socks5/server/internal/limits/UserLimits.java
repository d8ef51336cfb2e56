package dev.socks5.server.internal.limits;

import dev.socks5.server.internal.usage.Totals;
import dev.socks5.server.operation.Usage;
import dev.socks5.server.operation.UserUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Keeps an account for each user: it counts the connections and limits them, and has what they share. It also remembers
 * users without connections, for what they have relayed; and because they could get around limits by connecting anew.
 * Safe for use by several threads.
 */
public final class UserLimits {

    /** The greatest number of users without connections that are remembered. */
    static final int MAX_IDLE = 10_000;

    private final IntSupplier maxPerUser;
    private final LongSupplier bandwidth;
    private final Supplier<Quota.Grant> quota;
    private final LongSupplier clock;
    private final Map<String, Account> accounts = new HashMap<>();
    private final IdleAccounts idle = new IdleAccounts();

    /** What was relayed without a login, and for users who were forgotten. */
    private final Totals nobody = Totals.complete();

    /**
     * Makes the limits of a server that has no users yet.
     *
     * @param maxPerUser asked each time for the greatest number of connections of a user
     * @param bandwidth asked each time for the bytes a second each way, for each user; 0 for no limit
     * @param quota tells what each user is granted
     * @param clock gives nanoseconds, as {@link System#nanoTime()} does
     */
    public UserLimits(IntSupplier maxPerUser, LongSupplier bandwidth, Supplier<Quota.Grant> quota, LongSupplier clock) {
        this.maxPerUser = maxPerUser;
        this.bandwidth = bandwidth;
        this.quota = quota;
        this.clock = clock;
    }

    /** Counts a connection in, unless the user has too many. */
    public synchronized Optional<Account> enter(String user) {
        Account account = account(user);
        int connections = account.connections();
        if (connections >= maxPerUser.getAsInt()) {
            return Optional.empty();
        }
        Optional<Account> entered = Optional.of(account); // First: behind it, nothing takes memory.
        if (connections == 0) {
            idle.remove(account);
        }
        account.connections(connections + 1);
        return entered;
    }

    /** Returns the account of a user, who may have had none so far: then it is one without connections. */
    private Account account(String user) {
        Account known = accounts.get(user);
        if (known != null) {
            return known;
        }
        Account account = new Account(user, bandwidth, quota, clock);
        try {
            accounts.put(user, account);
        } finally { // An account is in both, or in none, also if there was no memory for a larger map.
            if (accounts.get(user) == account) {
                idle.add(account);
            }
        }
        return account;
    }

    /** Counts a connection out. Takes no memory that it cannot do without. */
    public synchronized void leave(Account account) {
        account.connections(account.connections() - 1);
        if (account.connections() == 0) {
            idle.add(account);
            try {
                forget();
            } catch (OutOfMemoryError e) {
                // Then when the next one leaves.
            }
        }
    }

    /** Forgets the users who left first, if there are too many. What they have relayed stays in the sum. */
    private void forget() {
        while (idle.size() > MAX_IDLE) {
            Account oldest = Objects.requireNonNull(idle.oldest());
            Usage relayed = oldest.relayed().usage();
            idle.remove(oldest); // From here on, nothing takes memory.
            accounts.remove(oldest.user(), oldest);
            nobody.add(relayed);
        }
    }

    /** Returns the figures of what is relayed without a login. */
    public Totals nobody() {
        return nobody;
    }

    /**
     * Tells what each user has relayed, and what nobody has, who comes first.
     *
     * @param all the number of connections that are open, those without a login too
     */
    public List<UserUsage> users(int all) {
        List<UserUsage> users = new ArrayList<>();
        List<Account> known;
        synchronized (this) {
            known = new ArrayList<>(accounts.values()); // No more than that: the loops wait for this lock.
            int theirs = 0;
            for (Account account : known) {
                theirs += account.connections();
            }
            // In here, because whoever is forgotten behind it is still among the others.
            users.add(new UserUsage(null, Math.max(0, all - theirs), nobody.usage()));
        }
        for (Account account : known) {
            users.add(account.usage());
        }
        return users;
    }

    /** Tells how many users have connections open. */
    public synchronized int size() {
        return accounts.size() - idle.size();
    }

    /** Tells how many users have none, and are remembered. */
    synchronized int idle() {
        return idle.size();
    }
}
