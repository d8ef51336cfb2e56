package dev.socks5.server;

/**
 * The decision of an {@link AccessRule}, with its reason.
 *
 * @param decision the outcome
 * @param reason the rule that decided, for the log and the listener; empty if there is nothing to say
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
     * @param reason the rule that says so
     * @return the verdict
     */
    public static Verdict allow(String reason) {
        return new Verdict(Decision.ALLOW, reason);
    }

    /**
     * Refuses.
     *
     * @param reason the rule that says so
     * @return the verdict
     */
    public static Verdict deny(String reason) {
        return new Verdict(Decision.DENY, reason);
    }

    /**
     * Leaves the decision to the server's defaults.
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
