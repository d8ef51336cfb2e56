package dev.socks5.conformance.suite;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;

/** Waits until a channel is ready, for a limited time. For one thread at a time, except {@link #close}. */
public final class Readiness implements AutoCloseable {

    private final SelectableChannel channel;
    private final Selector selector;
    private final SelectionKey key;

    /** Makes the channel one that does not block; the channel is closed by its owner. */
    public Readiness(SelectableChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        selector = Selector.open();
        key = channel.register(selector, 0);
    }

    /**
     * Waits until the channel is ready.
     *
     * @param operation of {@link SelectionKey}
     * @param time how long; zero and less is only a look
     * @return whether it is ready
     * @throws IOException if the channel is closed meanwhile, or the thread is interrupted
     */
    public boolean await(int operation, Duration time) throws IOException {
        long deadline = System.nanoTime() + time.toNanos();
        key.interestOps(operation);
        selector.selectedKeys().clear();
        while (true) {
            long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (millis <= 0) {
                return selector.selectNow() > 0;
            }
            if (selector.select(millis) > 0) {
                return true;
            }
            if (Thread.currentThread().isInterrupted() || !channel.isOpen()) {
                throw new IOException("the case was cut short");
            }
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
