/**
 * Takes a connection along a path of proxies: look-ups, dialling and handshakes.
 *
 * <p>Not exported. It may import the codec, and of this module {@code report}, {@code layer} and
 * {@code platform}.
 */
@NullMarked
package dev.socks5.client.internal.dial;

import org.jspecify.annotations.NullMarked;
