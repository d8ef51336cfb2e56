/** What clients that do not read can do to our server: run alone, because they take much of the kernel's TCP memory. */
@NullMarked
package dev.socks5.benchmarks.stall;

import org.jspecify.annotations.NullMarked;
