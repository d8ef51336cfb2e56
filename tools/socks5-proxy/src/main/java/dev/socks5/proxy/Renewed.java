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
 * once, and what was read before goes on; it is tried again at each look, since it may become good without a change
 * that shows, as by another mode of the file. Safe for use by several threads at once.
 */
final class Renewed<T> {

    /** How often it looks at the files, at the most. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final List<Path> files;
    private final Supplier<T> reader;
    private final Consumer<String> log;
    private final LongSupplier nanoTime;
    private final ReentrantLock looking = new ReentrantLock();

    // Guarded by the lock.
    private List<String> seen;
    private long lookedAt;
    private String complaint = ""; // The last one; empty if all is well.

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
                    look(false);
                }
            } finally {
                looking.unlock();
            }
        }
        return current;
    }

    /** Reads the files now, and tells what is wrong even if that has been told. Waits for who is reading. */
    void lookNow() {
        looking.lock();
        try {
            lookedAt = nanoTime.getAsLong();
            look(true);
        } finally {
            looking.unlock();
        }
    }

    private void look(boolean demanded) {
        List<String> state = state();
        boolean changed = !state.equals(seen);
        if (!changed && complaint.isEmpty() && !demanded) {
            return;
        }
        seen = state;
        String before = complaint;
        try {
            T read = reader.get();
            current = read;
            complaint = "";
            if (changed || !before.isEmpty()) {
                log.accept("files of TLS have changed, and hold from now on: " + read);
            }
        } catch (IllegalArgumentException e) {
            complaint = String.valueOf(e.getMessage());
            if (changed || demanded || !complaint.equals(before)) {
                log.accept("files of TLS have changed, but what they had before holds: " + complaint);
            }
        }
    }

    private List<String> state() {
        return files.stream().map(FileState::of).toList();
    }
}
