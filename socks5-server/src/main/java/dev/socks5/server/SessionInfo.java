package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import java.net.InetSocketAddress;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client's connection at the time of an event. Its {@code toString} is safe to log.
 *
 * @param id counts the connections of this server, from 1
 * @param client where the connection comes from; behind a balancer, what it says of that
 * @param user what the {@link PasswordAuthenticator} made of the login; {@code null} before a login, or if none is required
 * @param request what the client asked for, as it wrote it; {@code null} before it did
 */
public record SessionInfo(
        long id,
        InetSocketAddress client,
        @Nullable Principal user,
        @Nullable Request request) {

    /** Without the user name: it is the client's text. */
    @Override
    public String toString() {
        return "#" + id + " from " + Endpoint.of(client)
                + (request == null ? "" : " " + request.command() + " " + request.destination());
    }
}
