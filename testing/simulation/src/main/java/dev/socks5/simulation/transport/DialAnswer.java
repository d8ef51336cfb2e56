package dev.socks5.simulation.transport;

/** What a dialler answers to a request. */
public enum DialAnswer {
    /** A channel, at once. */
    CHANNEL,
    /** A socket of the host, connected to the destination. */
    SOCKET,
    /** A future, and then a channel. */
    LATER,
    /** A channel by a future, when nobody waits for it any more. */
    TOO_LATE,
    /** A future that never comes true. */
    NEVER,
    /** A channel, after it has blocked for too long; if it may not block, the same as {@link #TOO_LATE}. */
    SLEEPS,
    /** A failure with a reply code. */
    REFUSES,
    /** Another failure. */
    FAILS,
    /** Something that nobody expects. */
    THROWS,
    NULL,
    /** A future, and then a failure with a reply code. */
    REFUSES_LATER,
    FAILS_LATER,
    THROWS_LATER,
    NULL_LATER,
    /** A future that its maker cancels. */
    CANCELS;

    /** Whether a transport comes in time. */
    public boolean isGood() {
        return this == CHANNEL || this == SOCKET || this == LATER;
    }
}
