package dev.socks5.proxy.reload;

import dev.socks5.proxy.input.FileState;
import dev.socks5.proxy.input.GivenFile;
import dev.socks5.proxy.input.UnreadableFileException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes up files that have changed: all of them together or, if one is wrong, none.
 *
 * <p>An editor may write a file piece by piece, and half of it may look like a whole one. So a change is read once it
 * has been left alone for a while, it is left for later if the file changes while it is read, and a last line without
 * an end is refused.
 *
 * <p>For one thread at a time, which calls {@link #look} again and again.
 */
public final class Reload {

    /** How long files have to be left alone before they are read. */
    static final Duration STILLNESS = Duration.ofSeconds(1);

    private static final String REFUSED = "not reloaded, what held before holds: ";
    private static final String NOTHING = "reloaded: nothing has changed";

    private final List<GivenFile> files;
    private final Supplier<Loaded> reader;
    private final Consumer<String> log;
    private final LongSupplier nanoTime;

    private UsersAndRules current;
    private List<String> judged; // The states of the files that were taken up or refused.
    private List<String> seen;
    private long seenSince;
    private boolean asked;
    private boolean unreadable;
    private boolean endingDue; // Sessions could not be ended yet.
    private String complaint = ""; // The last one; empty if all is well.

    /**
     * Reads the files for the first time.
     *
     * @param reader throws {@link IllegalArgumentException} with what is wrong
     * @param log is told what has changed, and what is wrong
     * @param nanoTime a clock as {@link System#nanoTime()} is one
     */
    public Reload(List<GivenFile> files, Supplier<Loaded> reader, Consumer<String> log, LongSupplier nanoTime) {
        this.files = files;
        this.reader = reader;
        this.log = log;
        this.nanoTime = nanoTime;
        judged = states(); // Before they are read: what changes meanwhile is read again.
        seen = judged;
        seenSince = nanoTime.getAsLong();
        Loaded first = reader.get();
        current = first.value();
        first.remarks().forEach(log);
    }

    /** Returns what holds. */
    public UsersAndRules current() {
        return current;
    }

    /** Tells whether there is anything to look at without being asked. */
    boolean isOfUse() {
        return !files.isEmpty() || endingDue;
    }

    /**
     * Looks whether the files have changed, and takes up what they have then.
     *
     * @param demanded whether the operator wants to hear of it, even if nothing has changed
     */
    void look(LiveServer server, boolean demanded) {
        asked |= demanded;
        long now = nanoTime.getAsLong();
        List<String> states = states();
        if (!states.equals(seen)) {
            seen = states;
            seenSince = now;
        }
        boolean changed = !states.equals(judged);
        boolean still = !changed || now - seenSince >= STILLNESS.toNanos();
        if (still && (changed || asked || unreadable)) {
            readAgain(server, states, changed);
        } else if (endingDue) {
            endLate(server);
        }
    }

    private void readAgain(LiveServer server, List<String> states, boolean changed) {
        Loaded loaded = null;
        String wrong = null;
        unreadable = false;
        try {
            files.forEach(Reload::requireNoStream);
            loaded = reader.get();
        } catch (UnreadableFileException e) {
            unreadable = true; // It may be for lack of descriptors: the file need not change to be read another time.
            wrong = e.getMessage();
        } catch (IllegalArgumentException e) {
            wrong = e.getMessage();
        }
        if (!states.equals(states())) {
            return; // Somebody has written meanwhile: it is read later.
        }
        judged = states;
        if (wrong == null) {
            wrong = take(loaded, server);
        }
        if (wrong != null && (changed || asked || !wrong.equals(complaint))) {
            log.accept(REFUSED + wrong + (asked ? ended(server) : "")); // What holds may refuse some as well.
        }
        complaint = wrong == null ? "" : wrong;
        asked = false;
    }

    /** Nobody may ever write into it. */
    private static void requireNoStream(GivenFile file) {
        if (file.isStream()) {
            throw new IllegalArgumentException(
                    file.option() + " " + file.path() + ": no regular file, which is read at the start alone");
        }
    }

    /** Returns what is wrong, or {@code null}. */
    private String take(Loaded loaded, LiveServer server) {
        if (loaded.value().equals(current)) {
            if (asked || !complaint.isEmpty()) {
                log.accept(NOTHING + ended(server)); // What else users are known by may have changed.
            }
            return null;
        }
        if (!loaded.doubts().isEmpty()) {
            return loaded.doubts().get(0);
        }
        try {
            server.take(loaded.value());
        } catch (RuntimeException e) {
            return e.toString();
        }
        UsersAndRules before = current;
        current = loaded.value();
        String ended = ended(server);
        log.accept("reloaded: " + Changes.between(before, current) + ended);
        loaded.remarks().forEach(log);
        return null;
    }

    private String ended(LiveServer server) {
        endingDue = true; // Unless it goes well.
        try {
            OptionalInt ended = server.endRemoved();
            endingDue = false;
            return ended.isPresent() ? "; " + Changes.count(ended.getAsInt(), "session") + " ended" : "";
        } catch (RuntimeException e) {
            return "; sessions could not be ended, which is tried again: " + e;
        }
    }

    /** Says nothing of another failure. */
    private void endLate(LiveServer server) {
        String ended = ended(server);
        if (!endingDue) {
            log.accept("ended what is not allowed since the last change" + ended);
        }
    }

    private List<String> states() {
        return files.stream().map(file -> FileState.of(file.path())).toList();
    }
}
