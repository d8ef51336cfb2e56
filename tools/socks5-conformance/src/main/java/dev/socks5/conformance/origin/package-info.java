/** The destinations that the suite brings, on addresses of this machine. */
@NullMarked
package dev.socks5.conformance.origin;

import org.jspecify.annotations.NullMarked;
