package dev.socks5.conformance.suite;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** One run of one case: its record, its patience, and everything that it has opened and that its end closes. */
public abstract class Trial implements AutoCloseable {

    private final Transcript transcript;
    private final Patience patience;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Creates one. */
    protected Trial(Transcript transcript, Patience patience) {
        this.transcript = transcript;
        this.patience = patience;
    }

    /** Returns the record of this run. */
    public final Transcript transcript() {
        return transcript;
    }

    /** Returns how long this waits. */
    public final Patience patience() {
        return patience;
    }

    /** Closes something at the end, the last first. */
    public final synchronized <C extends AutoCloseable> C closing(C resource) {
        opened.push(resource);
        return resource;
    }

    /** Closes everything. What cannot be closed is left. */
    @Override
    public final synchronized void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                transcript.note("suite", "cannot close: " + e);
            }
        }
    }

    /** Throws unless something holds. */
    public static void check(boolean holds, String message) throws Violation {
        if (!holds) {
            throw new Violation(message);
        }
    }

    /** Opens a trial of one side. */
    @FunctionalInterface
    public interface Opener<T extends Trial> {
        /** Opens one for one case. */
        T open(Transcript transcript) throws IOException;
    }
}
