/**
 * Takes a connection along a path of proxies: look-ups, dialling, handshakes, deadlines and protections.
 *
 * <p>Not exported; the lowest of the internal packages. It may import the codec, and no other package of this module.
 */
@NullMarked
package dev.socks5.client.internal.dial;

import org.jspecify.annotations.NullMarked;
