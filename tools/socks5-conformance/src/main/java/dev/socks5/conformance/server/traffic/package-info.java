/** The cases of what a request leads to: tunnels, BIND, UDP, time limits, and what a hostile client does. */
@NullMarked
package dev.socks5.conformance.server.traffic;

import org.jspecify.annotations.NullMarked;
