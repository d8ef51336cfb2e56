/** A line that takes time: a forwarder on 127.0.0.1 that delays what passes, as a long way would. */
@NullMarked
package dev.socks5.benchmarks.delay;

import org.jspecify.annotations.NullMarked;
