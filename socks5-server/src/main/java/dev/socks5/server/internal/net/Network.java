package dev.socks5.server.internal.net;

import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.ExecutorService;

/**
 * The system as a server sees it: sockets, time, threads and chance. There is nothing else by which a server learns of
 * the world, or waits for it, and so a simulated one can take its place. Sockets are those of the JDK's own service
 * interface: everything that this library makes of a channel runs under simulation as it does in earnest.
 *
 * <p>Safe for use by several threads.
 */
public interface Network {

    /** Reads the clock, as {@link System#nanoTime()}. */
    long nanoTime();

    /** Returns the maker of channels and selectors. */
    SelectorProvider sockets();

    /** Allocates a buffer that channels read into and write from. */
    ByteBuffer allocate(int bytes);

    /**
     * Tells whether an address is one of this host's.
     *
     * @throws SocketException if it cannot be told
     */
    boolean isOwn(InetAddress address) throws SocketException;

    /** Returns any number from 0 up to the bound, exclusively. */
    int random(int bound);

    /** Makes the thread of an event loop; it has yet to be started. */
    LoopThread thread(String name, Turns turns);

    /** Makes threads for work that may block. */
    ExecutorService workers();

    /** Makes threads for reads and writes that block as long as a tunnel stands: as many as there are such. */
    ExecutorService carriers();

    /**
     * Waits on a monitor that the caller holds, until it is notified or the time is up, and perhaps for less.
     *
     * @param nanos positive
     */
    void await(Object monitor, long nanos) throws InterruptedException;

    /** Lets some time pass on the current thread, which is that of a loop, and perhaps less. */
    void pause(long nanos);

    /** The work of an event loop. */
    interface Turns {

        /**
         * Returns the nanoseconds until there is something to do, whatever happens; {@link Long#MAX_VALUE} for ever.
         */
        long untilNext();

        /**
         * Waits at the selector for so long at the most, and does all there is to do then.
         *
         * @return false if that was the last turn
         */
        boolean turn();
    }

    /** The thread of an event loop. */
    interface LoopThread {

        void start();

        /** Whether the caller runs on it. */
        boolean isCurrent();

        /** Waits until the last turn is over. */
        void join() throws InterruptedException;
    }
}
