/**
 * Ways out of a server that its embedder supplies: a {@link dev.socks5.server.transport.Dialer} answers a request with
 * a {@link dev.socks5.server.transport.Transport}, which the server joins with the client as it does with a connection
 * of its own. {@link dev.socks5.server.Route#by} takes it into use. A
 * {@link dev.socks5.server.transport.SocketHook} prepares the sockets that the server opens by itself.
 *
 * <p>No method accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.socks5.server.transport;

import org.jspecify.annotations.NullMarked;
