/**
 * Sockets, timers and threads: everything that an event loop needs to serve many connections, and nothing that knows
 * SOCKS. This room may import only the types of the API. Not exported.
 */
@NullMarked
package dev.socks5.server.internal.net;

import org.jspecify.annotations.NullMarked;
