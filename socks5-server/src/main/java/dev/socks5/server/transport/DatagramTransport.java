package dev.socks5.server.transport;

import dev.socks5.codec.Endpoint;
import java.io.Closeable;
import java.nio.ByteBuffer;

/** A way for the datagrams of one association, which a {@link Dialer} has made. */
public interface DatagramTransport extends Closeable {

    /**
     * Sends a datagram. Called on an event loop, one call at a time: it must not block. An exception is logged, and the
     * datagram counted as lost.
     *
     * @param to a destination that the rules have let pass: an address or, unless the route looks names up, perhaps a
     *     name
     * @param payload at most 65,535 bytes, valid until the call returns
     * @return false if it cannot be sent now; the datagram is dropped and counted
     */
    boolean send(Endpoint to, ByteBuffer payload);

    /** Ends it. Called once, on a thread that may wait. Nothing is sent any more, and what comes is dropped. */
    @Override
    void close();

    /** Takes what comes back. May be called by any thread, and by several at once; never blocks. */
    interface Receiver {

        /**
         * Takes an answer. It is dropped and counted if the association has sent nothing to its sender, or if too many
         * others wait.
         *
         * @param from the sender: the destination as it was given to {@link DatagramTransport#send}
         * @param payload copied before the call returns
         */
        void received(Endpoint from, ByteBuffer payload);

        /**
         * Ends the association, because the way is broken.
         *
         * @param failure the reason, for the log
         */
        void failed(Throwable failure);
    }
}
