package dev.socks5.proxy;

import dev.socks5.proxy.input.FileState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Something read from files, which is read again once they have changed. What cannot be read, or is no good, is told
 * once, and what was read before goes on. Safe for use by several threads at once.
 */
final class Renewed<T> {

    /** How often it looks at the files, at the most. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final List<Path> files;
    private final Supplier<T> reader;
    private final Consumer<String> log;
    private final LongSupplier nanoTime;
    private final ReentrantLock looking = new ReentrantLock();
    private List<String> seen;
    private long lookedAt;
    private volatile T current;

    /**
     * Reads it for the first time.
     *
     * @param reader throws {@link IllegalArgumentException} with what is wrong
     * @param log is told of changes, and of what is wrong with them
     * @param nanoTime a clock as {@link System#nanoTime()} is one
     */
    Renewed(List<Path> files, Supplier<T> reader, Consumer<String> log, LongSupplier nanoTime) {
        this.files = files;
        this.reader = reader;
        this.log = log;
        this.nanoTime = nanoTime;
        seen = state(); // Before it is read: what changes meanwhile is read again.
        lookedAt = nanoTime.getAsLong();
        current = reader.get();
    }

    /** Gives what the files had when somebody last looked. Reads them if it is time to look, and they have changed. */
    T current() {
        if (looking.tryLock()) { // Who comes meanwhile has what was before.
            try {
                long now = nanoTime.getAsLong();
                if (now - lookedAt >= INTERVAL.toNanos()) {
                    lookedAt = now;
                    look();
                }
            } finally {
                looking.unlock();
            }
        }
        return current;
    }

    /** Reads the files if they have changed, now. Waits for who is reading. */
    void lookNow() {
        looking.lock();
        try {
            lookedAt = nanoTime.getAsLong();
            look();
        } finally {
            looking.unlock();
        }
    }

    private void look() {
        List<String> state = state();
        if (state.equals(seen)) {
            return;
        }
        seen = state;
        try {
            T read = reader.get();
            current = read;
            log.accept("files of TLS have changed, and hold from now on: " + read);
        } catch (IllegalArgumentException e) {
            log.accept("files of TLS have changed, but what they had before holds: " + e.getMessage());
        }
    }

    private List<String> state() {
        return files.stream().map(FileState::of).toList();
    }
}
