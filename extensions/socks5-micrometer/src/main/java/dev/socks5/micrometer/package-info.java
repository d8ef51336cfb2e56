/**
 * Figures of SOCKS5 servers and clients for Micrometer, and so for Prometheus, OpenTelemetry and others:
 * {@code docs/metrics.md} has a table of all meters.
 *
 * <p>No tag has text from a peer, a user name or a destination, so the number of time series is bounded.
 *
 * <p>No method accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.socks5.micrometer;

import org.jspecify.annotations.NullMarked;
