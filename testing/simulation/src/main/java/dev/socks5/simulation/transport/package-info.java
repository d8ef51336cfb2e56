/** Transports of an embedder's own, as a server is given them by a dialler: sound ones, and faulty ones. */
@NullMarked
package dev.socks5.simulation.transport;

import org.jspecify.annotations.NullMarked;
