/**
 * An HTTP proxy inside the process, for code that knows no SOCKS proxies, such as {@code java.net.http.HttpClient}.
 * {@link dev.socks5.bridge.HttpBridge} is the way in.
 *
 * <p>No method accepts or returns {@code null} unless it says so.
 */
@NullMarked
package dev.socks5.bridge;

import org.jspecify.annotations.NullMarked;
