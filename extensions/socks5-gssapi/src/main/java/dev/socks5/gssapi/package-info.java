/**
 * The method GSSAPI (RFC 1961) by the JDK's {@code org.ietf.jgss}, with Kerberos: a
 * {@link dev.socks5.gssapi.GssapiInitiator} for a client, a {@link dev.socks5.gssapi.GssapiAcceptor} for a server.
 *
 * <p>How the realm and its KDC are found is the JDK's business: {@code krb5.conf}, or the system properties
 * {@code java.security.krb5.conf}, {@code java.security.krb5.realm} and {@code java.security.krb5.kdc}.
 *
 * <p>No method accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.socks5.gssapi;

import org.jspecify.annotations.NullMarked;
