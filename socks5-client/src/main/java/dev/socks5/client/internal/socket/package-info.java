/**
 * Makes {@link java.net.Socket}s of connections through proxies (CONNECT and BIND), and asks proxies for look-ups.
 *
 * <p>Not exported. It may import the API, the codec, {@code udp}, {@code jdk} and {@code dial}.
 */
@NullMarked
package dev.socks5.client.internal.socket;

import org.jspecify.annotations.NullMarked;
