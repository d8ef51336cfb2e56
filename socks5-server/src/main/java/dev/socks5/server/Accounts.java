package dev.socks5.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The users who have connections open, where that is limited. Safe for use by several threads. */
final class Accounts {

    private final int maxPerUser;
    private final long bandwidth;
    private final Map<String, Account> open = new HashMap<>();

    /** @param bandwidth octets a second each way, for each user; 0 for no limit */
    Accounts(int maxPerUser, long bandwidth) {
        this.maxPerUser = maxPerUser;
        this.bandwidth = bandwidth;
    }

    /** Whether anything is limited at all. */
    boolean areKept() {
        return maxPerUser < Integer.MAX_VALUE || bandwidth > 0;
    }

    /** Counts a connection in, unless the user has too many. */
    synchronized Optional<Account> enter(String user) {
        Account account = open.computeIfAbsent(user, name -> new Account(name, bandwidth));
        if (account.count(+1) > maxPerUser) {
            leave(account);
            return Optional.empty();
        }
        return Optional.of(account);
    }

    /** Counts a connection out. */
    synchronized void leave(Account account) {
        if (account.count(-1) == 0) {
            open.remove(account.user());
        }
    }

    /** How many users have connections open. */
    synchronized int size() {
        return open.size();
    }
}
