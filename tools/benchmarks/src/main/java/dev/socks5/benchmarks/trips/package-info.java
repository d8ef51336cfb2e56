/** Round trips from {@code connect} to the first byte of an answer, over a way that takes time. */
@NullMarked
package dev.socks5.benchmarks.trips;

import org.jspecify.annotations.NullMarked;
