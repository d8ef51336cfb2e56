package dev.socks5.server.transport;

import dev.socks5.codec.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A way for the datagrams of one association, which a {@link Dialer} has made. */
public interface DatagramTransport extends Closeable {

    /**
     * Sends a datagram. Called on an event loop, one call at a time: it must not block. After an exception the datagram
     * counts as lost; any but an {@link IOException} is logged as a warning.
     *
     * @param to a destination that the rules have let pass: an address or, unless the route looks names up, perhaps a
     *     name
     * @param payload at most 65,535 bytes, valid until the call returns
     * @return false if it cannot be sent now; the datagram is dropped and counted
     * @throws IOException if it cannot be sent; the association goes on
     */
    boolean send(Endpoint to, ByteBuffer payload) throws IOException;

    /** Ends it. Called once, on a thread that may wait. Nothing is sent any more, and what comes is dropped. */
    @Override
    void close();

    /** Takes what comes back. May be called by any thread, and by several at once; never blocks. */
    interface Receiver {

        /**
         * Takes an answer. It is dropped and counted if the association has sent nothing to its sender, or if too many
         * others wait.
         *
         * @param from the sender: the destination as it was given to {@link DatagramTransport#send}. If that is a name,
         *     the client is told the name, which many clients do not understand as a sender: prefer a route that
         *     {@linkplain dev.socks5.server.Route#lookingUpNames looks names up}
         * @param payload copied before the call returns
         */
        void received(Endpoint from, ByteBuffer payload);

        /**
         * Ends the association, because the way is broken. If it has not been answered yet, it has failed by this
         * exception, as if {@link Dialer#associate} had thrown it.
         *
         * @param failure the reason, for the log
         */
        void failed(Throwable failure);
    }
}
