package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Listens for what the server warns of: something unexpected that it survives. */
public final class Warnings extends Handler {

    private static final Logger LOG = Logger.getLogger("dev.socks5.server"); // Held, or it could be forgotten.

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    public Warnings() {
        LOG.addHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
            seen.add(entry.getMessage() + ": " + entry.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOG.removeHandler(this);
    }

    /** What was warned of so far, by whoever. */
    public List<String> seen() {
        close();
        return List.copyOf(seen);
    }

    void assertNone() {
        close();
        assertThat(seen).as("warnings").isEmpty();
    }
}
