/**
 * Sends and receives datagrams by the relays of proxies (UDP ASSOCIATE).
 *
 * <p>Not exported. It may import the API, the codec, {@code jdk}, {@code dial} and {@code layer}.
 */
@NullMarked
package dev.socks5.client.internal.udp;

import org.jspecify.annotations.NullMarked;
