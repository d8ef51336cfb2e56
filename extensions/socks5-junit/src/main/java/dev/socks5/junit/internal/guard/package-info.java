/** The agent behind {@code @NoDirectConnections}: what it hooks, what it lets pass, and what it has seen. */
@NullMarked
package dev.socks5.junit.internal.guard;

import org.jspecify.annotations.NullMarked;
