package dev.socks5.server.internal.limits;

import org.jspecify.annotations.Nullable;

/**
 * The accounts of users without connections, in the order in which these have left. They are linked by themselves, so
 * that adding one takes no memory. Used by {@link UserLimits} alone, under its lock.
 */
final class IdleAccounts {

    private @Nullable Account oldest;
    private @Nullable Account newest;
    private int size;

    int size() {
        return size;
    }

    /** Returns the account of the user who left first; {@code null} if there is none. */
    @Nullable
    Account oldest() {
        return oldest;
    }

    void add(Account account) {
        account.older = newest;
        if (newest == null) {
            oldest = account;
        } else {
            newest.newer = account;
        }
        newest = account;
        size++;
    }

    /** Removes an account that is in here. */
    void remove(Account account) {
        @Nullable Account before = account.older;
        @Nullable Account behind = account.newer;
        if (before == null) {
            oldest = behind;
        } else {
            before.newer = behind;
        }
        if (behind == null) {
            newest = before;
        } else {
            behind.older = before;
        }
        account.older = null;
        account.newer = null;
        size--;
    }
}
