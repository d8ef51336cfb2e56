package dev.socks5.client.internal.platform;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Waits until a channel in non-blocking mode is ready for one operation, by a selector that is opened at need. */
final class Readiness implements Closeable {

    private final SocketChannel channel;
    private final int operation;
    private @Nullable Selector selector; // guarded by this
    private boolean closed; // guarded by this

    /** @param operation one of the constants of {@link SelectionKey} */
    Readiness(SocketChannel channel, int operation) {
        this.channel = channel;
        this.operation = operation;
    }

    /**
     * Waits; may return early.
     *
     * @param millis 0 for no limit
     * @throws ClosedByInterruptException if the thread is interrupted: the channel is closed then
     */
    void await(long millis) throws IOException {
        try {
            Selector opened = selector();
            opened.select(millis);
            opened.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw new AsynchronousCloseException();
        }
        if (Thread.currentThread().isInterrupted()) {
            channel.close();
            throw new ClosedByInterruptException();
        }
    }

    private synchronized Selector selector() throws IOException {
        if (closed) {
            throw new AsynchronousCloseException();
        }
        Selector current = selector;
        if (current == null) {
            current = channel.provider().openSelector();
            selector = current;
            channel.register(current, operation);
        }
        return current;
    }

    /** Ends the waiting. The channel stays open. */
    @Override
    public void close() throws IOException {
        Selector last;
        synchronized (this) {
            closed = true;
            last = selector;
        }
        if (last != null) {
            last.close();
        }
    }
}
