/**
 * Connects channels without a thread for each.
 *
 * <p>Not exported; the highest of the internal packages. It may import the API, the codec and all the others.
 */
@NullMarked
package dev.socks5.client.internal.async;

import org.jspecify.annotations.NullMarked;
