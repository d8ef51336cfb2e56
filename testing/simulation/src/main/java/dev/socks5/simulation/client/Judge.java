package dev.socks5.simulation.client;

import org.jspecify.annotations.Nullable;

/** Remembers the first rule that was broken: what is thrown where the client calls would be the client's to handle. */
final class Judge {

    private @Nullable AssertionError broken;

    void check(ClientRule rule, boolean holds, Object about) {
        if (!holds && broken == null) {
            broken = new AssertionError(rule + ": " + about);
        }
    }

    boolean isBroken() {
        return broken != null;
    }

    void pass() {
        if (broken != null) {
            throw broken;
        }
    }
}
