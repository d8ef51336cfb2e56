/** What the codec and the server cost, beside others. */
@NullMarked
package dev.socks5.benchmarks;

import org.jspecify.annotations.NullMarked;
