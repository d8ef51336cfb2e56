package dev.socks5.simulation.network;

import java.util.Arrays;

/** Tells the selectors of a channel that it may be ready. */
final class Readiness {

    /** A channel that a {@link SimulatedSelector} takes. */
    interface Selectable {
        Readiness readiness();

        /** Returns the operations that it is ready for. */
        int ready();

        /** Whether a key that was found ready is still named if the channel was closed meanwhile. */
        default boolean isNamedWhenClosed() {
            return true;
        }

        /** Closes the socket: the channel is closed, and no selector has it any more. */
        void kill();
    }

    private static final SimulatedKey[] NONE = {};

    private SimulatedKey[] keys = NONE;

    void add(SimulatedKey key) {
        keys = Arrays.copyOf(keys, keys.length + 1);
        keys[keys.length - 1] = key;
    }

    void remove(SimulatedKey key) {
        SimulatedKey[] rest = new SimulatedKey[keys.length - 1];
        int count = 0;
        for (SimulatedKey other : keys) {
            if (!other.equals(key)) {
                rest[count++] = other;
            }
        }
        keys = rest;
    }

    /** The channel has become ready for something, perhaps. */
    void changed() {
        for (SimulatedKey key : keys) {
            key.changed();
        }
    }
}
