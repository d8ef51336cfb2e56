/**
 * A SOCKS5 proxy for tests, and a guard against connections that go without one.
 *
 * <p>No method accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.socks5.junit;

import org.jspecify.annotations.NullMarked;
