package dev.socks5.codec;

/** Who has to do what next in a handshake, seen from one side. */
public enum Turn {
    /** This side sends. */
    SEND,
    /** This side waits for the peer. */
    RECEIVE,
    /** The handshake has succeeded: every further octet is the tunnel's. */
    DONE,
    /** The handshake has failed: nothing more may be sent or received but the end. */
    FAILED
}
