/**
 * Reports of the connections that a client makes: to its listeners, and to Java Flight Recorder.
 *
 * <p>Not exported. It may import the codec, and of this module the types of the API alone.
 */
@NullMarked
package dev.socks5.client.internal.report;

import org.jspecify.annotations.NullMarked;
