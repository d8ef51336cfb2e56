package dev.socks5.junit.internal.wire;

import dev.socks5.codec.ReplyCode;

/** Accompanies one connection: says what is to be done to it, and is told what has been. Called by any thread. */
public interface Attendance {

    Script script();

    /** Whether a second reply follows the first, as it does for BIND. */
    boolean awaitsSecondReply();

    /** Whether the reply that comes now is a refusal because of the script, whose code takes the place of its own. */
    boolean isDenied();

    /** Takes note of the reply that the client is about to be sent. */
    void replied(ReplyCode code);

    /** Takes note of bytes that the client is about to be sent. */
    void sent(int count, boolean ofTunnel);

    /** Takes note of something that the script asks for and that happens now. */
    void met(Script.Part part);

    /** Takes note of the end of the proxy's bytes by the script. */
    void ended(boolean beforeReply, String how);

    /** Takes note of the end of the proxy's bytes by the server. */
    void over();
}
