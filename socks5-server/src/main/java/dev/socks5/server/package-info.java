/**
 * A SOCKS5 server (RFC 1928, RFC 1929) to embed: {@link dev.socks5.server.Socks5Server#builder()} starts it, and one
 * interface of one method each decides who may log in ({@link dev.socks5.server.PasswordAuthenticator}), who may go
 * where ({@link dev.socks5.server.AccessRule}), what a name means ({@link dev.socks5.server.Resolver}), and how a
 * destination is reached ({@link dev.socks5.server.Connector}).
 *
 * <p>No method accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.socks5.server;

import org.jspecify.annotations.NullMarked;
