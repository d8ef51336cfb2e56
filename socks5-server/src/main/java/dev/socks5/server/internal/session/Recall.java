package dev.socks5.server.internal.session;

import dev.socks5.server.CloseReason;
import dev.socks5.server.internal.net.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Ends a session from outside of its loop: by its connection, and if that is not there yet, as soon as it is. Safe for
 * use by several threads.
 */
final class Recall {

    private volatile @Nullable Connection connection;
    private volatile @Nullable CloseReason wanted;

    /** Takes the connection, on its loop's thread. */
    void by(Connection client) {
        connection = client;
        CloseReason reason = wanted; // Read last: whoever wants it from now on finds the connection.
        if (reason != null) {
            client.abortSoon(reason);
        }
    }

    /** Returns the connection; {@code null} before there is one. */
    @Nullable
    Connection connection() {
        return connection;
    }

    /**
     * Ends the session, soon. Only the first call does; if there is no memory for that, the next one.
     *
     * @return false if another call has come first, or the loop has ended, and with it the session
     */
    boolean end(CloseReason reason) {
        if (!isFirst(reason)) {
            return false;
        }
        boolean done = false;
        try {
            Connection client = connection; // Read last: whoever brings it from now on finds the reason.
            boolean open = client == null || client.abortSoon(reason);
            done = true;
            return open;
        } finally {
            if (!done) {
                wanted = null;
            }
        }
    }

    /** Notes the reason, unless there is one. */
    private synchronized boolean isFirst(CloseReason reason) {
        if (wanted != null) {
            return false;
        }
        wanted = reason;
        return true;
    }
}
