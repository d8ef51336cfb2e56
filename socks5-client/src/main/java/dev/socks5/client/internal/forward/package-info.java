/**
 * Listens on local addresses, and carries each connection that comes to one destination through the proxy.
 *
 * <p>Not exported. It may import the API, the codec, and of this module {@code socket}, {@code dial}, {@code layer} and
 * {@code platform}.
 */
@NullMarked
package dev.socks5.client.internal.forward;

import org.jspecify.annotations.NullMarked;
