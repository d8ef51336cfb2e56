/**
 * What differs between versions of Java, and on Android. This room may import only the types of the API and of the
 * codec. Not exported.
 */
@NullMarked
package dev.socks5.client.internal.platform;

import org.jspecify.annotations.NullMarked;
