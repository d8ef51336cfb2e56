package dev.socks5.server.operation;

/** How far a client's connection has come. A session passes through these in order, and may leave some out. */
public enum SessionState {
    /** It has made no request yet: TLS, the greeting and the login are under way. */
    HANDSHAKE,
    /** It has made its request, and waits for the reply. */
    REQUESTED,
    /** It has a tunnel or a UDP association. */
    RELAYING,
    /** It has been refused or answered for good, and what it was told is on its way. */
    ENDING
}
