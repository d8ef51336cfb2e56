/**
 * Connects through a SOCKS5 proxy (RFC 1928, RFC 1929). {@link dev.socks5.client.Socks5Client} is the way in.
 *
 * <h2>Two routes</h2>
 *
 * <p>{@link dev.socks5.client.Socks5Client#connect(String, int)} and
 * {@link dev.socks5.client.Socks5Client#socketFactory()} speak SOCKS5 with this library. Where code only takes a
 * {@link java.net.ProxySelector}, {@link dev.socks5.client.Socks5Client#proxySelector()} makes the JDK speak it
 * instead, with the limits that the JDK has; they are listed there.
 *
 * <p>{@link dev.socks5.client.Socks5Client#bind(dev.socks5.codec.Endpoint)} has the proxy accept a connection, and
 * {@link dev.socks5.client.Socks5Client#associate()} has it relay datagrams; both speak SOCKS5 with this library.
 *
 * <h2>What always holds</h2>
 *
 * <ul>
 *   <li>A destination's name goes to the proxy and is never looked up here, unless the client is told to
 *       ({@link dev.socks5.client.Socks5ClientBuilder#lookUpNamesHere()}, or a URI with {@code socks5}).
 *   <li>If the proxy cannot be reached or does not do what it was asked, the connection fails. It never goes direct
 *       instead: only the destinations of {@link dev.socks5.client.Socks5ClientBuilder#direct} do, and their names are
 *       looked up here.
 *   <li>The login goes to this one proxy, and only if the proxy selects that method.
 *   <li>One deadline covers dialling and handshake, and after a failure of any kind nothing is left open.
 *   <li>The tunnel's first bytes belong to the caller, even if they come together with the proxy's reply.
 * </ul>
 *
 * <p>No method accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.socks5.client;

import org.jspecify.annotations.NullMarked;
