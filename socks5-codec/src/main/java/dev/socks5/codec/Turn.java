package dev.socks5.codec;

/** The side that has to act next in a handshake, seen from one of them. */
public enum Turn {
    /** This side sends. */
    SEND,
    /** This side waits for the peer. */
    RECEIVE,
    /** The handshake has succeeded: every further byte is the tunnel's. */
    DONE,
    /** The handshake has failed: nothing more may be sent or received except the end. */
    FAILED;

    /** Checks that it is this turn's time to do something. */
    void require(Turn expected) {
        if (this != expected) {
            throw new IllegalStateException("cannot " + expected.verb() + " now: " + this);
        }
    }

    private String verb() {
        return this == SEND ? "send" : "receive";
    }
}
