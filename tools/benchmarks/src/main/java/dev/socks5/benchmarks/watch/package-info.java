/** Our server, watched by the program that it runs in: what that costs. */
@NullMarked
package dev.socks5.benchmarks.watch;

import org.jspecify.annotations.NullMarked;
