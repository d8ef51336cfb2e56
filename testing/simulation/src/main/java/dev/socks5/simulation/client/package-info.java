/** Connects without threads on a simulated network, through proxies that may be anything. */
@NullMarked
package dev.socks5.simulation.client;

import org.jspecify.annotations.NullMarked;
