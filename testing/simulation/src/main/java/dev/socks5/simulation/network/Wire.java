package dev.socks5.simulation.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A TCP connection, as a simulated program has it. */
public interface Wire {

    /** Sends bytes: those for which there is no room yet wait. */
    void send(byte[] bytes);

    /** Ends the output behind what was sent. */
    void end();

    /** Closes at once so that the peer sees a reset. */
    void reset();

    /** Closes as soon as the system has taken what was sent. If input is left unread then, the peer sees a reset. */
    void close();

    /** Reads from now on, or no longer; at first it reads. */
    void reading(boolean on);

    /** Whether it is connected, and neither closed nor reset. */
    boolean isOpen();

    /** Returns how many bytes wait to be taken by the system. */
    long unsent();

    InetSocketAddress local();

    InetSocketAddress remote();

    /** The program. Called by the world, and never from within a call of the program's to the wire. */
    interface Owner {

        /** Called first, with the connection; it may not be connected yet. */
        default void begin(Wire wire) {}

        /** Called once it is connected. */
        default void connected() {}

        /** Called with bytes that have come. They are taken by this, whatever it leaves in the buffer. */
        void received(ByteBuffer data);

        /** Called once at the end of input. */
        default void ended() {}

        /** Called once if the connection was reset from elsewhere. */
        default void reset() {}

        /** Called if it could not be connected. */
        default void failed(IOException why) {}

        /** Called when the system has taken everything that was sent. */
        default void sentAll() {}
    }
}
