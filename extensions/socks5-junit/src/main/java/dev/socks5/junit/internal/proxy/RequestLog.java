package dev.socks5.junit.internal.proxy;

import dev.socks5.junit.RecordedRequest;
import dev.socks5.junit.RecordedRequest.Outcome;
import dev.socks5.junit.internal.wire.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The connections since the last {@link #clear()}, in the order in which they were accepted. */
public final class RequestLog {

    private final List<Entry> entries = new ArrayList<>();

    /** Adds a connection. */
    synchronized Entry begin(Script script) {
        Entry entry = new Entry(this, script);
        entries.add(entry);
        return entry;
    }

    /** Wakes whoever waits. */
    synchronized void changed() {
        notifyAll();
    }

    public synchronized void clear() {
        entries.clear();
    }

    public synchronized List<RecordedRequest> requests() {
        return entries.stream().map(Entry::recorded).toList();
    }

    /** Returns the scripts that have not done all that they say, and how far their connections have come. */
    public synchronized List<String> unmet() {
        return entries.stream().filter(Entry::hasUnmet).map(Entry::progress).toList();
    }

    /**
     * Waits for connections of which the outcome is known.
     *
     * @return whether there are as many
     */
    public synchronized boolean await(int count, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toNanos(); known() < count; left = end - System.nanoTime()) {
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /** Returns the number of connections of which the outcome is known. */
    public synchronized long known() {
        return entries.stream()
                .filter(entry -> entry.recorded().outcome() != Outcome.UNDER_WAY)
                .count();
    }
}
