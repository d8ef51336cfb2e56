/** A network in virtual time: every choice in it follows from one seed, and one thread runs it all. */
@NullMarked
package dev.socks5.simulation.network;

import org.jspecify.annotations.NullMarked;
