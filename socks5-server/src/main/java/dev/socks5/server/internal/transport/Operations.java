package dev.socks5.server.internal.transport;

import dev.socks5.server.internal.net.EventLoop;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The reads, or the writes, of a channel that somebody else has made: one at a time. Each may complete on any thread,
 * and its outcome is taken on the loop, after it was checked: that channel may break its contract. Used by the loop's
 * thread alone, except for the completions.
 */
final class Operations {

    /** Begins one operation. */
    @FunctionalInterface
    interface Start {
        void begin(ByteBuffer buffer, CompletionHandler<Integer, @Nullable Void> handler);
    }

    /** The number of operations without a single byte, one after the other, that the loop puts up with. */
    static final int MAX_FRUITLESS = 64;

    private final EventLoop loop;
    private final Start start;
    private final IntConsumer done;
    private final Consumer<Throwable> failed;
    private @Nullable Operation current;
    private int fruitless;

    /**
     * Begins with no operation.
     *
     * @param done called on the loop after each operation, with its result
     * @param failed called on the loop if one has failed
     */
    Operations(EventLoop loop, Start start, IntConsumer done, Consumer<Throwable> failed) {
        this.loop = loop;
        this.start = start;
        this.done = done;
        this.failed = failed;
    }

    boolean underWay() {
        return current != null;
    }

    /**
     * Begins an operation.
     *
     * @param buffer at position 0; belongs to the channel until the outcome is there
     */
    void begin(ByteBuffer buffer) {
        Operation operation = new Operation(buffer);
        current = operation;
        try {
            start.begin(buffer, operation);
        } catch (Throwable e) { // Not every language checks exceptions.
            operation.failed(e, null);
        }
    }

    /** Pays no more attention to what is under way. */
    void drop() {
        current = null;
    }

    private void take(Operation operation, int count, @Nullable Throwable failure) {
        if (operation != current) {
            return; // It was dropped, or completes once more.
        }
        current = null;
        try {
            if (failure != null) {
                failed.accept(failure);
            } else if (count < -1 || (count >= 0 && count != operation.buffer.position())) {
                failed.accept(new IllegalStateException("an operation has completed with " + count
                        + " bytes, and moved the buffer by " + operation.buffer.position()));
            } else if (count == 0 && ++fruitless == MAX_FRUITLESS) {
                failed.accept(new IllegalStateException("operations complete without any byte, time after time"));
            } else {
                fruitless = count == 0 ? fruitless : 0;
                done.accept(count);
            }
        } catch (Throwable e) { // No memory is left, for one.
            failed.accept(e);
        }
    }

    private final class Operation implements CompletionHandler<Integer, @Nullable Void> {
        private static final int NO_RESULT = Integer.MIN_VALUE;

        private final ByteBuffer buffer;

        private Operation(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public void completed(@Nullable Integer count, @Nullable Void nothing) {
            int result = count == null ? NO_RESULT : count;
            loop.execute(() -> take(this, result, null)); // If the loop has ended, everything is closed already.
        }

        @Override
        public void failed(@Nullable Throwable failure, @Nullable Void nothing) {
            Throwable cause = failure == null ? new IllegalStateException("an operation has failed") : failure;
            loop.execute(() -> take(this, NO_RESULT, cause));
        }
    }
}
