/** The command line of the suite: what it is told, and what it prints. */
@NullMarked
package dev.socks5.conformance;

import org.jspecify.annotations.NullMarked;
