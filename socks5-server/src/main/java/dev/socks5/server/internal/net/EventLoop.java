package dev.socks5.server.internal.net;

import dev.socks5.server.CloseReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that serves many connections: a selector, timers, and tasks that other threads hand in. The state of a
 * connection is only ever touched on its loop's thread, and so needs no lock.
 *
 * <p>A failure ends the connection that it belongs to and nothing else, also when memory is short: the way out of a
 * failure gives memory back first, and logs the failure last.
 */
public final class EventLoop implements Network.Turns {

    /** The pause when it cannot even select, because memory or descriptors take time to come back. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    /** The size of {@link #layerBuffer}: a message of RFC 1961 fits into it, and four records of TLS. */
    private static final int LAYER_BUFFER = 68 * 1024;

    /** The size of {@link #layerOutput}: four records of TLS, and room for one more, which its engine wants to see. */
    private static final int LAYER_OUTPUT = 84 * 1024;

    private final Network network;
    private final Network.LoopThread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Timers timers = new Timers(this::nanoTime);
    private final ByteBuffer buffer;
    private final Selection selection;
    private final Backlog backlog;
    private final Reserve reserve;

    // Made once: when memory is short, the loop must get by without new ones.
    private final Step select = this::select;
    private final BooleanSupplier isDue = this::isDue;
    private final Step runTasks = this::runTasks;
    private final Step runTimers = timers::runDue;

    private @Nullable ByteBuffer layerBuffer;
    private @Nullable ByteBuffer layerOutput;
    private volatile boolean stopped;
    private volatile boolean ended;

    /**
     * Makes a loop that has yet to be started.
     *
     * @param network its clock, sockets and thread
     * @param name of its thread
     * @param bufferSize the most that it reads at once, in bytes
     * @param backlog the backlog of the whole server
     * @param reserve the reserve of the whole server
     */
    public EventLoop(Network network, String name, int bufferSize, Backlog backlog, Reserve reserve)
            throws IOException {
        this.network = network;
        this.buffer = network.allocate(bufferSize);
        this.backlog = backlog;
        this.reserve = reserve;
        this.thread = network.thread(name, this);
        this.selection = new Selection(network.sockets(), this::dispatch); // Last: nothing can fail behind it.
    }

    public void start() {
        thread.start();
    }

    /** Aborts every connection and ends the thread. */
    public void stop() {
        stopped = true;
        selection.wakeup();
    }

    /** Frees the resources of a loop that was never started. */
    public void discard() {
        selection.close();
    }

    public void join() throws InterruptedException {
        thread.join();
    }

    /** Whether its end has begun: no timer runs any more, and no task that is handed in from now on. */
    public boolean hasEnded() {
        return ended;
    }

    public boolean inLoop() {
        return thread.isCurrent();
    }

    /**
     * Runs a task on the loop's thread, soon.
     *
     * @return false if the loop has ended: the task will never run then
     */
    public boolean execute(Runnable task) {
        tasks.add(task);
        if (ended && tasks.remove(task)) {
            return false;
        }
        if (!inLoop()) {
            selection.wakeup();
        }
        return true;
    }

    public Timers timers() {
        return timers;
    }

    /** Returns the network that its connections are part of. */
    public Network network() {
        return network;
    }

    /** Reads the clock of the loop, as {@link System#nanoTime()}. */
    public long nanoTime() {
        return network.nanoTime();
    }

    /** Returns the memory that the whole server keeps for slow readers. */
    Backlog backlog() {
        return backlog;
    }

    public Registration register(SelectableChannel channel, int operations, Handler handler)
            throws ClosedChannelException {
        return selection.register(channel, operations, handler);
    }

    /** Registers a channel that calls its handler by itself, until it is {@linkplain #forget forgotten}. */
    Registration register(SelectionKey transport, Handler handler) {
        return selection.register(transport, handler);
    }

    /** Forgets a channel that calls its handler by itself: nothing is left to be ended. */
    void forget(SelectionKey transport) {
        selection.remove(transport);
    }

    /** Returns how many channels that call their handlers by themselves it knows. Called on its thread, by tests. */
    public int transports() {
        return selection.transports();
    }

    /**
     * Returns the loop's one buffer, empty, for use until the current call returns. It is smaller when much waits to be
     * sent, but has {@link Backlog#LEAST_READ} bytes at least.
     */
    public ByteBuffer buffer() {
        return buffer.clear().limit(backlog.allowance(buffer.capacity()));
    }

    /** Returns the same buffer at its full size: a datagram that does not fit would be cut. */
    ByteBuffer wholeBuffer() {
        return buffer.clear();
    }

    /**
     * Returns another buffer, empty, for what a {@link Layer} reads. It is on the heap, where mechanisms work faster,
     * and only a loop that has such connections has it.
     */
    public ByteBuffer layerBuffer() {
        ByteBuffer current = layerBuffer;
        if (current == null) {
            current = ByteBuffer.allocate(LAYER_BUFFER);
            layerBuffer = current;
        }
        return current.clear();
    }

    /** Returns a third buffer, empty, for what a {@link Layer} makes: as the second. */
    public ByteBuffer layerOutput() {
        ByteBuffer current = layerOutput;
        if (current == null) {
            current = ByteBuffer.allocate(LAYER_OUTPUT);
            layerOutput = current;
        }
        return current.clear();
    }

    /** Returns the selection, for tests. */
    Selection selection() {
        return selection;
    }

    @Override
    public long untilNext() {
        return tasks.isEmpty() ? timers.untilNext() : 0;
    }

    @Override
    public boolean turn() {
        if (!stopped) {
            takeTurn();
        }
        boolean last = stopped; // Read once: who stops it behind the end would find it without one.
        if (last) {
            end();
        }
        return !last;
    }

    /**
     * Runs each part by itself: a failure in one of them, even time after time, must not keep the others from their
     * turn.
     */
    private void takeTurn() {
        try {
            if (!guarded(select)) {
                network.pause(PAUSE);
            }
            guarded(runTasks);
            guarded(runTimers);
            reserve.restore();
        } catch (Throwable e) {
            // Out of memory even for saying so: the loop goes on all the same.
        }
    }

    private boolean guarded(Step step) {
        try {
            step.run();
            return true;
        } catch (Throwable e) {
            reserve.release(e);
            Log.warn("event loop goes on after an unexpected failure", e);
            return false;
        }
    }

    private void select() throws IOException {
        Thread.interrupted(); // A callback may have left the flag set, and a selector would not wait then.
        long nanos = untilNext();
        if (nanos == 0) {
            selection.poll();
        } else {
            selection.await(nanos, isDue);
        }
    }

    private boolean isDue() {
        return untilNext() == 0 || stopped;
    }

    /** Calls the handler of a channel that is ready. */
    void dispatch(Registration registration) {
        try {
            registration.dispatch();
        } catch (Throwable e) {
            fail(registration, e);
        }
    }

    /** Does something for a channel: a failure ends the handler that it has by then, because the step may change it. */
    void guard(Registration registration, Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            fail(registration, e);
        }
    }

    private void fail(Registration registration, Throwable e) {
        reserve.release(e);
        try {
            registration.fail(reason(e));
        } catch (Throwable another) {
            reserve.release(another);
            Log.warn("connection closed, because it could not be aborted", another);
        }
        warn(e);
    }

    private static CloseReason reason(Throwable e) {
        return e instanceof IOException ? CloseReason.BROKEN : CloseReason.FAULT;
    }

    private static void warn(Throwable e) {
        if (!(e instanceof IOException)) {
            Log.warn("connection aborted after an unexpected failure", e);
        }
    }

    /** A step that a {@link Handler} takes. */
    @FunctionalInterface
    public interface Step {
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
            while (!tasks.isEmpty()) {
                guarded(runTasks); // Each may hold a connection that nobody else knows of.
            }
            for (SelectionKey key : selection.keys()) {
                shutDown((Registration) key.attachment());
            }
            @Nullable SelectionKey next = selection.takeTransport();
            while (next != null) {
                shutDown((Registration) next.attachment());
                next = selection.takeTransport();
            }
        } finally {
            selection.close();
        }
    }

    private void shutDown(Registration registration) {
        try {
            registration.handler().abort(CloseReason.SHUTDOWN);
        } catch (Throwable e) {
            reserve.release(e);
            registration.close();
            warnOfClose(e);
        }
    }

    private static void warnOfClose(Throwable e) {
        try {
            Log.warn("connection closed, because it could not be aborted", e);
        } catch (Throwable another) {
            // Out of memory even for saying so: the others have to end all the same.
        }
    }
}
