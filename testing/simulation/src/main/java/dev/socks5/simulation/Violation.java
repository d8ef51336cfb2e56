package dev.socks5.simulation;

import org.jspecify.annotations.Nullable;

/** Something that must never be, seen in a run. The thread remembers the first one: not everybody lets it through. */
final class Violation extends AssertionError {

    private static final long serialVersionUID = 1;

    private static final ThreadLocal<@Nullable Violation> FIRST = new ThreadLocal<>();

    private final Rule rule;

    Violation(Rule rule, String what) {
        super(rule + ": " + what);
        this.rule = rule;
        if (FIRST.get() == null) {
            FIRST.set(this);
        }
    }

    Rule rule() {
        return rule;
    }

    /** Returns the first one since the last call of {@link #forget}. */
    static @Nullable Violation first() {
        return FIRST.get();
    }

    static void forget() {
        FIRST.remove();
    }
}
