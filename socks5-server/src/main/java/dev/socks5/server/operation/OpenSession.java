package dev.socks5.server.operation;

import dev.socks5.server.Route;
import dev.socks5.server.SessionInfo;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection at the moment at which it was listed.
 *
 * @param session the number, the client, the user and the request
 * @param state how far it has come
 * @param age the time since it was accepted
 * @param peer the address that was reached, as {@link dev.socks5.server.Socks5ServerListener#connected} has it;
 *     {@code null} before that, and for an association
 * @param route the route that was chosen; {@code null} before that
 * @param usage what it has relayed so far
 */
public record OpenSession(
        SessionInfo session,
        SessionState state,
        Duration age,
        @Nullable SocketAddress peer,
        @Nullable Route route,
        Usage usage) {

    /**
     * Returns the number of the session, by which it can be closed.
     *
     * @return 1 or more
     */
    public long id() {
        return session.id();
    }
}
