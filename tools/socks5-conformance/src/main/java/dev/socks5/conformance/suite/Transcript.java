package dev.socks5.conformance.suite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The record of one case: what went over which connection. Its size is bounded. All threads may write. */
public final class Transcript {

    /** Which way something went, as the suite sees it. */
    public enum Direction {
        /** From the suite to the program under test, or into a tunnel at its far end. */
        SENT,
        /** The other way. */
        RECEIVED,
        /** Neither: something else happened, such as the end of a connection. */
        NOTE
    }

    /**
     * A line of the record.
     *
     * @param at since the beginning of the case
     * @param connection its name, such as "proxy" or "origin"
     * @param label what the bytes are
     * @param bytes the first of them, at most {@link #MAX_BYTES}
     * @param length how many there were
     * @param note what happened, if no bytes did
     */
    public record Entry(
            Duration at,
            String connection,
            Direction direction,
            Label label,
            byte[] bytes,
            int length,
            @Nullable String note) {

        /** Returns a copy. */
        @Override
        public byte[] bytes() {
            return bytes.clone();
        }
    }

    /** How many bytes of one write or read are kept. */
    public static final int MAX_BYTES = 1024;

    private static final int MAX_ENTRIES = 400;

    private final long start = System.nanoTime();
    private final List<Entry> entries = new ArrayList<>();
    private int left;

    void sent(String connection, Label label, byte[] bytes) {
        add(connection, Direction.SENT, label, bytes, null);
    }

    void received(String connection, Label label, byte[] bytes) {
        add(connection, Direction.RECEIVED, label, bytes, null);
    }

    /** Records that something happened. */
    public void note(String connection, String text) {
        add(connection, Direction.NOTE, Label.RAW, new byte[0], text);
    }

    /** Returns what was recorded so far; the last entry says how many were left out, if any were. */
    public synchronized List<Entry> entries() {
        List<Entry> all = new ArrayList<>(entries);
        if (left > 0) {
            all.add(new Entry(since(), "", Direction.NOTE, Label.RAW, new byte[0], 0, left + " more entries"));
        }
        return all;
    }

    private synchronized void add(
            String connection, Direction direction, Label label, byte[] bytes, @Nullable String note) {
        if (entries.size() == MAX_ENTRIES) {
            left++;
            return;
        }
        byte[] kept = Arrays.copyOf(bytes, Math.min(bytes.length, MAX_BYTES));
        entries.add(new Entry(since(), connection, direction, label, kept, bytes.length, note));
    }

    private Duration since() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
