/** A load generator for any SOCKS5 server. */
@NullMarked
package dev.socks5.benchmarks.load;

import org.jspecify.annotations.NullMarked;
