/** What the tests of several modules need. */
@NullMarked
package dev.socks5.testing;

import org.jspecify.annotations.NullMarked;
