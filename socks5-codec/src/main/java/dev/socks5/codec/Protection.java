package dev.socks5.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Wraps the bytes of a connection once a method has agreed upon a protection (RFC 1961 section 5): the request, the
 * reply, and everything in the tunnel go through it, and so do the datagrams of an association.
 *
 * <p>No byte of a stream can be changed, left out, moved or repeated unnoticed, but its end is not protected: RFC 1961
 * has no message that says that the peer has ended it.
 *
 * <p>One thread may wrap and another one unwrap at the same time.
 */
public interface Protection extends AutoCloseable {

    /**
     * Returns the level that was agreed.
     *
     * @return one of those that {@link ProtectionLevel} names, but not none
     */
    ProtectionLevel level();

    /**
     * Protects the first bytes of a buffer: as many as one message holds, some 65,000.
     *
     * @param data its position is moved past those that were taken
     * @return one message, ready to be written; of an empty buffer, one that protects nothing
     * @throws GssapiException if the mechanism fails; the buffer is as it was then
     * @throws IOException if the protection has ended, in implementations that say so by another exception
     */
    ByteBuffer wrap(ByteBuffer data) throws IOException;

    /**
     * Takes the protection off the next message at the front of a buffer.
     *
     * @param in the bytes received; its position is moved past the message, if there was a whole one
     * @return the bytes in it, maybe none; empty if the message is incomplete
     * @throws MalformedMessageException if there is another message, or none
     * @throws GssapiException if it is not what the peer has sent next, or less protected than was agreed
     * @throws IOException as for {@link #wrap}
     */
    Optional<ByteBuffer> unwrap(ByteBuffer in) throws IOException;

    /**
     * Tells how many more bytes there have to be, at the least, before {@link #unwrap(ByteBuffer)} can return
     * something.
     *
     * @param in the bytes received so far; left as it is
     * @return a positive number, or 0 if the message is complete
     */
    int missing(ByteBuffer in);

    /**
     * Protects a datagram, header and all (RFC 1928 section 7).
     *
     * @param datagram at most {@link #greatestDatagram(int)} bytes; its position is moved to its limit
     * @return the datagram to send
     * @throws GssapiException if it is too long, or the mechanism fails
     * @throws IOException as for {@link #wrap}
     */
    ByteBuffer wrapDatagram(ByteBuffer datagram) throws IOException;

    /**
     * Takes the protection off a datagram. Datagrams may be lost and overtake each other, but none is taken twice.
     *
     * @param in one message and nothing else; its position is moved to its limit if it is good
     * @return the datagram with its header
     * @throws MalformedMessageException if it is anything else
     * @throws GssapiException if it is not what the peer has sent, has come before, or is less protected than was
     *     agreed
     * @throws IOException as for {@link #wrap}
     */
    ByteBuffer unwrapDatagram(ByteBuffer in) throws IOException;

    /**
     * Tells how long a datagram may be to be no longer than this when protected.
     *
     * @param room in bytes, up to 65,539
     * @return in bytes; 0 if nothing fits
     * @throws GssapiException if the protection has ended
     */
    int greatestDatagram(int room) throws GssapiException;

    /** Ends the protection: nothing can be wrapped or unwrapped any more (RFC 1961 section 6). May be called again. */
    @Override
    void close();
}
