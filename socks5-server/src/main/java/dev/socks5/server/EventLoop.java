package dev.socks5.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that serves many connections: a selector, timers, and tasks that other threads hand in. Whatever belongs to
 * a connection is only ever touched on its loop's thread, and so needs no lock.
 */
final class EventLoop {

    /** Large enough that the cost of a system call drowns in that of copying. */
    static final int BUFFER_SIZE = 512 * 1024;

    /** What may wait for slow readers, all connections together, before reads get small. */
    static final long AMPLE_UNSENT = 8L * 1024 * 1024;

    private static final int SCARCE_BUFFER_SIZE = 8 * 1024;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Timers timers = new Timers(System::nanoTime);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private @Nullable ByteBuffer protectedBuffer;
    private long unsent;
    private volatile boolean stopped;
    private volatile boolean ended;

    EventLoop(String name) throws IOException {
        this.selector = Selector.open();
        this.thread = new Thread(this::run, name);
        thread.setDaemon(false); // Whatever the thread is that starts the server.
    }

    void start() {
        thread.start();
    }

    /** Aborts every connection and ends the thread. */
    void stop() {
        stopped = true;
        selector.wakeup();
    }

    /** Frees what a loop holds that was never started. */
    void discard() {
        Channels.close(selector);
    }

    void join() throws InterruptedException {
        thread.join();
    }

    boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /**
     * Runs a task on the loop's thread, soon.
     *
     * @return false if the loop has ended: the task will never run then
     */
    boolean execute(Runnable task) {
        tasks.add(task);
        if (ended && tasks.remove(task)) {
            return false;
        }
        if (!inLoop()) {
            selector.wakeup();
        }
        return true;
    }

    Timers timers() {
        return timers;
    }

    /** Registers a channel or, if it is registered here already, gives it another handler and interest. */
    SelectionKey register(SelectableChannel channel, int operations, Handler handler) throws ClosedChannelException {
        return channel.register(selector, operations, handler);
    }

    /** The loop's one buffer, empty: for use until the current call returns. Smaller when much waits to be sent. */
    ByteBuffer buffer() {
        return buffer.clear().limit(unsent < AMPLE_UNSENT ? BUFFER_SIZE : SCARCE_BUFFER_SIZE);
    }

    /** The same buffer, whole whatever waits: a datagram that does not fit would be cut. */
    ByteBuffer wholeBuffer() {
        return buffer.clear();
    }

    /** Another one, for what is to be taken off its protection: only a loop that has such connections has it. */
    ByteBuffer protectedBuffer() {
        ByteBuffer current = protectedBuffer;
        if (current == null) {
            current = ByteBuffer.allocateDirect(ProtectedInput.READ_SIZE);
            protectedBuffer = current;
        }
        return current;
    }

    /** Counts memory, in octets, that a connection has begun (or, negative, ceased) to hold for a slow reader. */
    void countUnsent(long octets) {
        unsent += octets;
    }

    private void run() {
        try {
            while (!stopped) {
                runOnceWhateverHappens();
            }
        } finally {
            end();
        }
    }

    /** Each part by itself: what fails in one of them, and be it time after time, must not keep the others from their turn. */
    private void runOnceWhateverHappens() {
        try {
            guarded(this::select);
            guarded(this::runTasks);
            guarded(timers::runDue);
        } catch (Throwable e) {
            // Out of memory even for saying so: the loop goes on all the same.
        }
    }

    private static void guarded(Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            Log.warn("event loop goes on after an unexpected failure", e);
        }
    }

    private void select() throws IOException {
        Thread.interrupted(); // A callback may have left the flag set, and a selector would not wait then.
        long nanos = timers.untilNext();
        // Rounded up, or the loop would spin through the last millisecond; 0 means for ever.
        long millis = nanos == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
        if (nanos == 0 || !tasks.isEmpty()) {
            selector.selectNow(EventLoop::dispatch);
        } else {
            selector.select(EventLoop::dispatch, millis);
        }
    }

    /** Has the handler of a channel do what the channel is ready for. */
    static void dispatch(SelectionKey key) {
        if (key.isValid()) { // Else it was closed by the handler of another key that was ready at the same time.
            guard(key, () -> handler(key).ready(key));
        }
    }

    private static Handler handler(SelectionKey key) {
        return (Handler) key.attachment();
    }

    /** Something done for a handler: a failure ends the handler's connection, and nothing else. */
    static void guard(Handler handler, Step step) {
        guard(() -> handler, step);
    }

    /** Something done for a channel: a failure ends what its handler is by then, for the step may have handed it on. */
    static void guard(SelectionKey key, Step step) {
        try {
            guard(() -> handler(key), step);
        } catch (Throwable e) { // It could not even be ended: without its channel it does no more harm.
            Log.warn("connection closed, for it could not be aborted", e);
            Channels.close(key.channel());
        }
    }

    private static void guard(Supplier<Handler> handler, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            handler.get().abort(CloseReason.BROKEN);
        } catch (Throwable e) {
            Log.warn("connection aborted after an unexpected failure", e);
            handler.get().abort(CloseReason.FAULT);
        }
    }

    /** What a {@link Handler} does. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    private void runTasks() {
        // Only as many as there are now: a task that queues another must not keep the selector waiting.
        for (int count = tasks.size(); count > 0; count--) {
            @Nullable Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            task.run();
        }
    }

    private void end() {
        ended = true;
        try {
            for (@Nullable Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                guarded(task::run); // Each may hold a connection that nobody else knows of.
            }
            for (SelectionKey key : List.copyOf(selector.keys())) {
                guard(key, () -> handler(key).abort(CloseReason.SHUTDOWN));
            }
        } finally {
            Channels.close(selector);
        }
    }
}
