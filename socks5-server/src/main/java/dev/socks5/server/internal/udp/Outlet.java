package dev.socks5.server.internal.udp;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import java.nio.ByteBuffer;

/** Sends the datagrams of one association on, and receives the answers. */
interface Outlet {

    /** A way to one destination. */
    interface Way {

        /** Sends a datagram, if the system takes it now. */
        boolean send(ByteBuffer payload);

        /** Gives the way up: it is not used any more. */
        default void release() {}
    }

    /** Receives the answers. */
    interface Receiver {

        /**
         * Has the ways checked first, because an answer has come that they decide about: those that are not allowed any
         * more are given up.
         */
        void answered();

        /**
         * Takes an answer.
         *
         * @param datagram the payload behind its header
         * @param length the bytes of its payload
         */
        void deliver(ByteBuffer datagram, int length);

        /** Takes note of a datagram that nobody has asked for. */
        void refuse();

        /** Takes note of an answer for which there was no room. */
        void lose();

        /** Ends the association at once. */
        void abort(CloseReason reason);
    }

    /** Opens a way to a target. Answers from there are taken from now on. */
    Way to(Endpoint target);

    /** Takes answers from now on, or pauses: those that come meanwhile wait in the system, or are dropped there. */
    void reading(boolean on);

    void close();
}
