package dev.socks5.conformance.client;

import java.io.IOException;
import java.time.Duration;

/** A program that can be started once for each case. */
public interface Program {

    /** Starts it. */
    Run start(Task task) throws IOException;

    /** Returns what it is, for the record. */
    String describe(Task task);

    /** Returns whether a run shows what the program prints and how it ends. */
    default boolean watched() {
        return true;
    }

    /** Returns how much longer than for an answer the suite waits for the program to connect, and for its greeting. */
    default int slownessAtStart() {
        return 4;
    }

    /** One run of it. Closing it ends the program, with all that it has started. */
    interface Run extends AutoCloseable {

        /** Returns what it has printed so far. */
        Output output();

        /** Waits for the end of the program, and returns whether it has come in time. */
        boolean awaitEnd(Duration time) throws InterruptedException;

        /** Returns how it has ended, such as "ended with status 7", or that it still runs. */
        String state();

        @Override
        void close() throws IOException;
    }
}
