package dev.socks5.server.internal.net;

import dev.socks5.codec.Protection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Lies between a socket and the owner of its {@link Connection}, and changes the bytes on their way: a protection that
 * was negotiated, or TLS. One layer may lie on another one, through which its bytes go; it calls that one itself. Used
 * by the loop's thread alone.
 */
public interface Layer {

    /** An empty buffer. */
    ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /**
     * Makes the bytes for the socket of data, whose position is moved to its limit.
     *
     * @return a buffer that is valid until anything else is done on this loop
     */
    ByteBuffer wrap(ByteBuffer data) throws IOException;

    /**
     * Reads from the channel at most once, and only if there is nothing to give yet.
     *
     * @return how many bytes were put into {@code out}, maybe none; -1 at the orderly end of input
     * @throws IOException if the bytes are not what they have to be: nothing behind them is given then
     */
    int read(ReadableByteChannel channel, ByteBuffer out) throws IOException;

    /**
     * Returns bytes for the socket that have to be sent because of what was read; they are not given again.
     *
     * @return maybe empty
     */
    default ByteBuffer answer() throws IOException {
        return NOTHING;
    }

    /**
     * Makes the bytes for the socket that tell the peer of the end of output, once; nothing can be wrapped from then
     * on.
     *
     * @return empty if they were made before, or there are none
     */
    ByteBuffer finish() throws IOException;

    /** Whether {@link #read} gives something though the channel is not ready. */
    boolean isPending();

    /** Tells how many bytes wait to be read. */
    int held();

    /** Gives the memory back: nothing is read any more. */
    void drop();

    /** Ends it and all layers under it. Throws nothing. May be called again. */
    void close();

    /** Returns the greatest number of bytes that should be wrapped at once: others on the loop wait meanwhile. */
    int greatestChunk();

    /** Returns the protection of datagrams that belong to the connection; {@code null} for none. */
    default @Nullable Protection protection() {
        return null;
    }
}
