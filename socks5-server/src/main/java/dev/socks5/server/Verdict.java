package dev.socks5.server;

/**
 * What an {@link AccessRule} says.
 *
 * @param decision the outcome
 * @param reason which rule decided, for the log and the listener; empty if there is nothing to say
 */
public record Verdict(Decision decision, String reason) {

    /** The outcome. */
    public enum Decision {
        /** Go ahead, even where the server's own defaults would refuse. */
        ALLOW,
        /** Refuse. */
        DENY,
        /** No opinion: the server's defaults decide. */
        UNDECIDED
    }

    private static final Verdict NO_OPINION = new Verdict(Decision.UNDECIDED, "");

    /**
     * Allows, even where the server's own defaults would refuse.
     *
     * @param reason which rule says so
     * @return the verdict
     */
    public static Verdict allow(String reason) {
        return new Verdict(Decision.ALLOW, reason);
    }

    /**
     * Refuses.
     *
     * @param reason which rule says so
     * @return the verdict
     */
    public static Verdict deny(String reason) {
        return new Verdict(Decision.DENY, reason);
    }

    /**
     * Leaves it to the server's defaults.
     *
     * @return the verdict
     */
    public static Verdict undecided() {
        return NO_OPINION;
    }

    /**
     * Whether the request is refused.
     *
     * @return whether the decision is {@link Decision#DENY}
     */
    public boolean denies() {
        return decision == Decision.DENY;
    }
}
