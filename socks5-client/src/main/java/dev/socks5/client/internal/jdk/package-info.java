/**
 * Gives the JDK, where it speaks SOCKS itself, logins, destinations and addresses in the form that it needs.
 *
 * <p>Not exported. It may import the codec and {@code dial}.
 */
@NullMarked
package dev.socks5.client.internal.jdk;

import org.jspecify.annotations.NullMarked;
