/**
 * Takes a connection along a path of proxies: look-ups, dialling, handshakes, deadlines and protections.
 *
 * <p>Not exported. It may import the codec, and of this module {@code platform} alone.
 */
@NullMarked
package dev.socks5.client.internal.dial;

import org.jspecify.annotations.NullMarked;
