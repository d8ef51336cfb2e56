/**
 * Puts layers between a socket and its user, where proxies have agreed to a protection, under one deadline.
 *
 * <p>Not exported. It may import the codec, and of this module {@code platform} alone.
 */
@NullMarked
package dev.socks5.client.internal.layer;

import org.jspecify.annotations.NullMarked;
