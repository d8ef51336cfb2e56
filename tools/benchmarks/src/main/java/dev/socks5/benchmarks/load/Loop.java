package dev.socks5.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * One thread with a selector. The generator shares the machine with the server that it measures, so that it has to be
 * cheap: no hand-over between threads, one buffer for all channels, nothing allocated where octets move.
 *
 * <p>Any exception ends the loop and fails the load.
 */
public final class Loop implements AutoCloseable {

    /** The size of {@link #buffer()}. */
    static final int BUFFER_SIZE = 256 * 1024;

    private static final long TICK_MILLIS = 50;

    /** What runs on the thread of a loop. */
    interface Task {
        void run() throws IOException;
    }

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    private final Consumer<SelectionKey> dispatch = Loop::dispatch;
    private final CompletableFuture<Void> failure;
    private final Thread thread;
    private Task tick = () -> {};
    private volatile boolean closed;

    /**
     * Starts the thread.
     *
     * @param name of the thread
     * @param failure completed with what ends this loop
     */
    Loop(String name, CompletableFuture<Void> failure) throws IOException {
        this.failure = failure;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Of this loop's thread only, and only until the handler returns. */
    ByteBuffer buffer() {
        return buffer.clear();
    }

    /** Runs something on the thread of this loop, soon. */
    void execute(Task task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Runs something again and again, at the latest 50 ms after the last time, and often sooner. */
    void everyTick(Task task) {
        execute(() -> tick = task);
    }

    /** To be called on the thread of this loop. */
    void register(SelectableChannel channel, int operations, Handler handler) throws IOException {
        channel.register(selector, operations, handler);
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(dispatch, TICK_MILLIS);
                for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                tick.run();
            }
        } catch (UncheckedIOException e) {
            failure.completeExceptionally(e.getCause());
        } catch (IOException | RuntimeException | Error e) {
            failure.completeExceptionally(e);
        } finally {
            closeChannels();
        }
    }

    private static void dispatch(SelectionKey key) {
        try {
            ((Handler) key.attachment()).ready(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeChannels() {
        try (selector) {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            failure.completeExceptionally(e);
        }
    }

    /** Closes every channel, and comes back when that is done. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
