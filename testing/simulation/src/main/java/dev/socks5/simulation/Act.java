package dev.socks5.simulation;

import dev.socks5.simulation.network.Chance;
import java.util.List;

/**
 * What an operator does to the running server.
 *
 * @param at when, in milliseconds from the start
 * @param argument chooses among sessions, or the new {@link Terms}
 * @param duringATurn whether it waits for the next event from then on, and comes while a loop has its turn, as another
 *     thread does
 */
record Act(int at, Kind kind, int argument, boolean duringATurn) {

    /** Each is a call of the server, and some are two. */
    enum Kind {
        LIST,
        CLOSE,
        CLOSE_UNKNOWN,
        CLOSE_IF,
        CHANGE,
        CHANGE_WRONGLY,
        JUDGE,
        CHANGE_AND_JUDGE;

        boolean judges() {
            return this == JUDGE || this == CHANGE_AND_JUDGE;
        }

        boolean changes() {
            return this == CHANGE || this == CHANGE_AND_JUDGE;
        }
    }

    private static final List<Kind> KINDS = List.of(
            Kind.LIST,
            Kind.LIST,
            Kind.LIST,
            Kind.CLOSE,
            Kind.CLOSE,
            Kind.CLOSE_UNKNOWN,
            Kind.CLOSE_IF,
            Kind.CHANGE,
            Kind.CHANGE,
            Kind.CHANGE_WRONGLY,
            Kind.JUDGE,
            Kind.CHANGE_AND_JUDGE,
            Kind.CHANGE_AND_JUDGE);

    static Act of(int span, Chance chance) {
        return new Act(chance.below(span), chance.pick(KINDS), chance.below(1_000), chance.oneIn(3));
    }
}
