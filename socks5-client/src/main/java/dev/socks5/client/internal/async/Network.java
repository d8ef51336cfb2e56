package dev.socks5.client.internal.async;

import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * The system as a {@link ConnectLoop} sees it: sockets, time and threads. Another one can be put in its place in tests.
 */
public interface Network {

    /** Reads the clock, as {@link System#nanoTime()}. */
    long nanoTime();

    /** Gives the maker of channels and selectors. */
    SelectorProvider sockets();

    /** Starts a thread that takes one turn after the other. */
    void start(String name, Turns turns);

    /** Makes a pool for tasks that may block. Its threads end when they are idle. */
    ThreadPoolExecutor pool(String name, Duration idleLimit);

    /** Does what there is to do, a bit at a time. */
    interface Turns {

        /** Gives the nanoseconds until a turn has something to do by itself; not positive if that is now. */
        long untilNext();

        /**
         * Waits for the selector, no longer than that; then does what there is to do.
         *
         * @return false if this was the last turn
         */
        boolean turn();
    }
}
