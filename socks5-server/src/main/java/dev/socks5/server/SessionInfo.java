package dev.socks5.server;

import dev.socks5.codec.Request;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client's connection at the time of an event. Its {@code toString} is safe to log.
 *
 * @param id counts the connections of this server, from 1
 * @param client where the connection comes from
 * @param user who has logged in, the user name's octets, not escaped; {@code null} before a login, or without
 * @param request what the client asked for, as it wrote it; {@code null} before it did
 */
public record SessionInfo(
        long id,
        InetSocketAddress client,
        @Nullable String user,
        @Nullable Request request) {

    /** Without the user name: it is the client's text. */
    @Override
    public String toString() {
        return "#" + id + " from " + client
                + (request == null ? "" : " " + request.command() + " " + request.destination());
    }
}
