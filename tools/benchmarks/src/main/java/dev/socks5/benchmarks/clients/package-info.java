/** Puts load on a server through our client, a thread for each tunnel: for what the load's own clients do not do. */
@NullMarked
package dev.socks5.benchmarks.clients;

import org.jspecify.annotations.NullMarked;
