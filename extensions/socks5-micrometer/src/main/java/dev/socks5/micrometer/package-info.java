/**
 * Figures of SOCKS5 servers and clients for Micrometer.
 *
 * <p>No method accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.socks5.micrometer;

import org.jspecify.annotations.NullMarked;
