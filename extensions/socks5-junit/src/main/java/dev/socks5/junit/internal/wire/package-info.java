/**
 * The wire between a client and the server of a test proxy: carries the bytes of both, and does to those that the
 * client is sent what a script says. Uses nothing else of this module.
 */
@NullMarked
package dev.socks5.junit.internal.wire;

import org.jspecify.annotations.NullMarked;
