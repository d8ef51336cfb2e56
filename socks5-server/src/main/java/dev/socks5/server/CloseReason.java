package dev.socks5.server;

/** Why a client's connection was closed. */
public enum CloseReason {
    /** Its tunnel had ended in both directions, the client had ended its association, or its look-up was answered. */
    FINISHED,
    /** The client left before there was a tunnel. */
    CLIENT_LEFT,
    /** A connection broke: one side of a tunnel was reset or could not be reached any more. */
    BROKEN,
    /** No method offered would do, or the login was not good. */
    NOT_AUTHENTICATED,
    /** The input was not SOCKS5, or did not begin with the header of a balancer where one is needed. */
    MALFORMED,
    /** The TLS handshake failed, or the client did not speak TLS where it had to. */
    TLS_FAILED,
    /** The request was refused or could not be carried out, and the client was told so. */
    REQUEST_FAILED,
    /** There was no complete request within {@code handshakeTimeout}. */
    HANDSHAKE_TIMEOUT,
    /** Nothing has moved through the tunnel or association for too long. */
    IDLE_TIMEOUT,
    /**
     * The memory for what waits for slow readers was used up, and this connection had held most of it for longest.
     */
    SLOW_READER,
    /** Too many connections had not made their request yet, and this one was the oldest of them. */
    EVICTED,
    /** It was ended by {@link Socks5Server#close(long)} or {@link Socks5Server#closeIf}. */
    ENDED_BY_OPERATOR,
    /** It would no longer be allowed, by what {@link Socks5Server#judgeAgain} has found. */
    NO_LONGER_ALLOWED,
    /** Its user had used all that {@link Socks5ServerBuilder#quotaPerUser} grants. */
    QUOTA_USED,
    /** The server was closed. */
    SHUTDOWN,
    /** Something unexpected failed, such as a lack of memory; the log has it. */
    FAULT
}
