/** Our server beside others: the same load on each, in turns. */
@NullMarked
package dev.socks5.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
