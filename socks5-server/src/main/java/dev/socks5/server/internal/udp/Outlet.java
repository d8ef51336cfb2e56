package dev.socks5.server.internal.udp;

import dev.socks5.codec.Endpoint;
import java.nio.ByteBuffer;

/** How the datagrams of one association get out, and what comes back in. */
interface Outlet {

    /** The way to one destination. */
    interface Way {

        /** Sends a datagram, if the system takes it now. */
        boolean send(ByteBuffer payload);

        /** It is not used any more. */
        default void release() {}
    }

    /** Who gets what comes in. */
    interface Receiver {

        /**
         * An answer.
         *
         * @param datagram with its header
         * @param length of its payload
         */
        void deliver(ByteBuffer datagram, int length);

        /** Something that nobody has asked for. */
        void refuse();
    }

    /** Answers from there are taken from now on. */
    Way to(Endpoint target);

    /** Whether to take answers now; those that come while it does not wait in the system, or are dropped there. */
    void reading(boolean on);

    void close();
}
