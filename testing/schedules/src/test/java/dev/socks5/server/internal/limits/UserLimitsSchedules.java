package dev.socks5.server.internal.limits;

import static dev.socks5.schedules.Race.require;

import dev.socks5.schedules.Race;
import dev.socks5.schedules.Scenario;
import dev.socks5.schedules.Schedules;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The connections of one user on several loops: no count and no debt is lost between them. */
class UserLimitsSchedules {

    private static final int SECOND = 1000; // in bytes, of the bandwidth below
    private static final String USER = "user";

    /** Time stands still: what is owed does not get less by itself. */
    private static UserLimits limits(int most) {
        return new UserLimits(() -> most, () -> SECOND, () -> Quota.Grant.UNLIMITED, () -> 0);
    }

    @Test
    void losesNoCharge() {
        Schedules.explore(() -> {
            TokenBucket bucket = new TokenBucket(SECOND, () -> 0);
            Scenario charge = () -> {
                require(bucket.charge(SECOND) > 0, "a charge makes no debt");
                bucket.slice();
            };
            Race.of(charge, charge, charge);
            require(bucket.charge(0) == TimeUnit.SECONDS.toNanos(3) - TokenBucket.SLICE, "a charge is lost");
        });
    }

    @Test
    void losesNoDebtBetweenConnections() {
        Schedules.explore(() -> {
            UserLimits limits = limits(3);
            Scenario connection = () -> {
                Account account = limits.enter(USER).orElseThrow();
                up(account).charge(SECOND);
                limits.leave(account);
            };
            Race.of(connection, connection, connection);
            require(limits.size() == 0, "a connection is counted that is gone");
            require(limits.idle() == 1, "the user is not remembered");
            long owed = up(limits.enter(USER).orElseThrow()).charge(0);
            require(owed == TimeUnit.SECONDS.toNanos(3) - TokenBucket.SLICE, "a debt is lost");
            require(limits.idle() == 0, "the account is there twice");
        });
    }

    private static TokenBucket up(Account account) {
        TokenBucket up = account.up();
        if (up == null) {
            throw new AssertionError("no limit");
        }
        return up;
    }

    @Test
    void neverHasMoreOfOneUser() {
        Schedules.explore(() -> {
            UserLimits limits = limits(1);
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger entered = new AtomicInteger();
            Scenario connection = () -> {
                Optional<Account> account = limits.enter(USER);
                if (account.isPresent()) {
                    entered.incrementAndGet();
                    require(inside.incrementAndGet() == 1, "too many of one user");
                    inside.decrementAndGet();
                    limits.leave(account.get());
                }
            };
            Race.of(connection, connection, connection);
            require(entered.get() > 0, "nobody came in");
            require(limits.size() == 0, "a connection is counted that is gone");
            require(limits.enter(USER).isPresent(), "the user cannot come back");
        });
    }
}
