package dev.socks5.simulation;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What all parts of the {@link Oracle} need: to require something, and to know the time. */
abstract class Check {

    final Run run;
    final Setup setup;

    Check(Run run) {
        this.run = run;
        this.setup = run.setup();
    }

    static void require(boolean holds, Rule rule, String otherwise, @Nullable Object who) {
        if (!holds) {
            throw new Violation(rule, otherwise + (who == null ? "" : ", " + who));
        }
    }

    long now() {
        return run.world().elapsed();
    }

    static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Requires that now is no later than a number of milliseconds after something, give or take the slack. */
    void deadline(Party party, long since, long millis, String what) {
        long late = now() - since - nanos(millis) - run.slack();
        require(since < 0 || late <= 0, Rule.DEADLINES_ARE_KEPT, what + " was " + late + " ns late", party);
    }

    /** Requires that now is no earlier than a number of milliseconds after something. */
    void noEarlier(Party party, long since, long millis, String what) {
        long early = since + nanos(millis) - now();
        require(early <= 0, Rule.DEADLINES_ARE_KEPT, what + " was " + early + " ns early", party);
    }
}
