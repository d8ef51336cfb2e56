package dev.socks5.server.internal.transport;

import dev.socks5.server.internal.net.Log;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;

/** Does what may block, and what an embedder's code may make of it, on other threads than those of loops. */
public final class Elsewhere {

    private Elsewhere() {}

    /** Closes something, whatever becomes of that. */
    public static void close(Executor threads, Closeable whole) {
        run(threads, () -> attempt(whole));
    }

    /** Has something done; here, if there are no more threads, because it has to be done. */
    static void run(Executor threads, Runnable action) {
        try {
            threads.execute(action);
        } catch (Throwable e) {
            action.run();
        }
    }

    /** Does something that is the embedder's, and throws nothing. */
    static void attempt(Closeable end) {
        try {
            end.close();
        } catch (IOException | UncheckedIOException e) {
            Log.debug("a transport has ended badly: {0}", e);
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("a transport has ended badly", e);
        }
    }
}
