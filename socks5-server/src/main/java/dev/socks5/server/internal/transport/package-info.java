/**
 * Makes connections of the transports that an embedder supplies. This room may import only {@code net} below it, and
 * the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.transport;

import org.jspecify.annotations.NullMarked;
