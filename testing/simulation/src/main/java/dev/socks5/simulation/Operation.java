package dev.socks5.simulation;

import dev.socks5.simulation.network.Chance;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done to the server while it runs, and what it tells of itself meanwhile.
 *
 * @param progress the milliseconds between two reports on a session that moves; 0 for none
 * @param quota the bytes that a user may relay in the whole run; 0 for no limit
 */
record Operation(int progress, int quota, List<Act> acts) {

    /** Nobody does anything, and it tells nothing. */
    static final Operation NONE = new Operation(0, 0, List.of());

    private static final int MOST_ACTS = 12;

    static Operation of(int span, Chance chance) {
        if (chance.oneIn(3)) {
            return NONE;
        }
        List<Act> acts = new ArrayList<>();
        for (int i = chance.below(MOST_ACTS); i > 0; i--) {
            acts.add(Act.of(2 * span + 200, chance));
        }
        return new Operation(
                chance.oneIn(2) ? 100 + chance.below(2_000) : 0,
                chance.oneIn(8) ? 1 + chance.below(100_000) : 0,
                List.copyOf(acts));
    }

    /** Whether what is allowed changes. */
    boolean changes() {
        return acts.stream().anyMatch(act -> act.kind().changes());
    }

    Operation with(List<Act> others) {
        return new Operation(progress, quota, others);
    }

    Operation withoutProgress() {
        return new Operation(0, quota, acts);
    }

    Operation withoutQuota() {
        return new Operation(progress, 0, acts);
    }
}
