package dev.socks5.codec;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;

/** A message of SOCKS5 on the wire: a handshake message of either side, or the header of a UDP datagram. */
public sealed interface Message permits ClientMessage, ServerMessage, UdpHeader {

    /**
     * Returns the number of bytes that this message has on the wire.
     *
     * @return a positive number
     */
    int encodedLength();

    /**
     * Writes this message at the buffer's position and moves the position past it.
     *
     * @param out any writable buffer; its byte order does not matter
     * @throws BufferOverflowException if fewer than {@link #encodedLength()} bytes remain; nothing was written then
     * @throws ReadOnlyBufferException if the buffer is read-only
     */
    void encode(ByteBuffer out);

    /**
     * Encodes this message into a buffer of its own.
     *
     * @return a new heap buffer, ready to be read, with exactly {@link #encodedLength()} bytes
     */
    default ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(encodedLength());
        encode(out);
        return Wire.flip(out);
    }
}
