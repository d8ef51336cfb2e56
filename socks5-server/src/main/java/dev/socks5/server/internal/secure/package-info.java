/**
 * Layers between a socket and the owner of its connection: TLS, and what methods of authentication have agreed to. This
 * room may import only the room below ({@code net}), and the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.secure;

import org.jspecify.annotations.NullMarked;
