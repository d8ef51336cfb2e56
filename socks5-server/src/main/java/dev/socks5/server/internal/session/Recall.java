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
     * Ends the session, soon. The first reason counts.
     *
     * @return false if the loop has ended, and with it the session
     */
    boolean end(CloseReason reason) {
        CloseReason first = wanted;
        if (first == null) {
            wanted = reason;
            first = reason;
        }
        Connection client = connection; // Read last: whoever brings it from now on finds the reason.
        return client == null || client.abortSoon(first);
    }
}
