/** What encoding, decoding and whole handshakes cost, beside Netty's codec. */
@NullMarked
package dev.socks5.benchmarks.codec;

import org.jspecify.annotations.NullMarked;
