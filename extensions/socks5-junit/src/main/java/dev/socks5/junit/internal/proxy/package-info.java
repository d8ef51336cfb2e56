/**
 * What a test proxy is made of besides its server and its wire: records, scripts and names. Uses the API, and
 * {@code internal.wire}.
 */
@NullMarked
package dev.socks5.junit.internal.proxy;

import org.jspecify.annotations.NullMarked;
