/** What both sides of the suite share: cases, how one is tried, what comes out, and connections that keep a record. */
@NullMarked
package dev.socks5.conformance.suite;

import org.jspecify.annotations.NullMarked;
