package dev.socks5.server.internal.net;

import dev.socks5.server.CloseReason;
import java.io.IOException;

/** Serves a channel. An event loop calls it, always on the loop's thread; it is never allowed to block. */
interface Handler {

    /**
     * Called when the channel is ready for something that it was registered for.
     *
     * @throws IOException if the connection is broken; {@link #abort} follows
     */
    void ready(Registration key) throws IOException;

    /** Ends it at once. May come more than once, and the first reason counts. */
    void abort(CloseReason reason);
}
