package dev.socks5.server;

import dev.socks5.codec.Request;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Describes a client's connection at the time of an event. Its {@code toString} is safe to log.
 *
 * @param id the number of the connection, counted by the server from 1
 * @param client the address that the connection comes from; behind a balancer, the one that this has named
 * @param user the user whom the login has made known; {@code null} before a login, or if none is required
 * @param request the request as the client wrote it; {@code null} before it did
 */
public record SessionInfo(
        long id,
        ClientAddress client,
        @Nullable Principal user,
        @Nullable Request request) {

    /** Describes the connection without the user name, which is the client's text. */
    @Override
    public String toString() {
        return "#" + id + " from " + client
                + (request == null ? "" : " " + request.command() + " " + request.destination());
    }
}
