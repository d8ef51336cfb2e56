/**
 * The SOCKS5 protocol (RFC 1928, RFC 1929, RFC 1961) as values: bytes in, messages out, and the reverse.
 *
 * <h2>Decoding</h2>
 *
 * <p>Every message {@code X} has {@code static Optional<X> decode(ByteBuffer in) throws MalformedMessageException}, and
 * all of them keep one contract:
 *
 * <ul>
 *   <li><b>complete</b>: the message is returned, and the buffer's position is just past it; bytes that follow are
 *       left alone;
 *   <li><b>incomplete</b>: the result is empty, and the buffer is as it was; call again when more has arrived;
 *   <li><b>malformed</b>: {@link dev.socks5.codec.MalformedMessageException} is thrown as soon as the bytes present
 *       prove it, and the buffer is as it was.
 * </ul>
 *
 * <p>Any {@link java.nio.ByteBuffer} will do: heap, direct, read-only, a slice, either byte order. Only the position is
 * ever changed.
 *
 * <h2>Encoding</h2>
 *
 * <p>{@link dev.socks5.codec.Message#encode(java.nio.ByteBuffer)} writes all of a message or, with a
 * {@link java.nio.BufferOverflowException}, nothing.
 *
 * <h2>Whose fault it is</h2>
 *
 * <p>The caller's mistakes are {@link java.lang.IllegalArgumentException} and {@link java.lang.IllegalStateException}.
 * What the peer did, and how the handshake ended, is a {@link dev.socks5.codec.Socks5Exception}.
 *
 * <p>All records are immutable and may be shared between threads. No method accepts or returns {@code null} unless it
 * says so.
 */
@NullMarked
package dev.socks5.codec;

import org.jspecify.annotations.NullMarked;
