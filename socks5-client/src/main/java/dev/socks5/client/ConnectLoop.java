package dev.socks5.client;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One thread that takes any number of {@link AsyncConnect}s to their ends: a selector, the times at which they have to be woken, and steps that
 * other threads hand in. The thread is started when there is something to do, and ends some time after nothing is left.
 */
final class ConnectLoop {

    /** The only one of the JVM, except in tests. */
    static final ConnectLoop SHARED = new ConnectLoop(Duration.ofSeconds(5));

    private final long idleNanos;
    private final ThreadPoolExecutor lookUps;
    private final ThreadPoolExecutor completions;

    private final Lock lock = new ReentrantLock();
    private final Queue<Task> tasks = new ArrayDeque<>(); // guarded by the lock
    private @Nullable Selector selector; // guarded by the lock; null as long as there is no thread

    // For the thread alone, and empty when it ends: the next one finds them so.
    private final TreeSet<AsyncConnect> live = new TreeSet<>();
    private final Queue<Runnable> settled = new ArrayDeque<>();
    private long idleSince;

    ConnectLoop(Duration idleLimit) {
        idleNanos = idleLimit.toNanos();
        lookUps = Threads.pool("socks5-look-up", idleLimit);
        completions = Threads.pool("socks5-completion", idleLimit);
    }

    /** Something to do for a connection; what it throws ends the connection. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    private record Task(AsyncConnect connecting, Step step) {}

    /** Where names are looked up. */
    ThreadPoolExecutor lookUps() {
        return lookUps;
    }

    /** Where futures are completed: it runs what users have made depend on them, and that may block. */
    ThreadPoolExecutor completions() {
        return completions;
    }

    /** Takes on a connection; its first step is run soon. */
    void begin(AsyncConnect connecting, Step first) throws IOException {
        lock.lock();
        try {
            if (selector == null) {
                selector = start();
            }
            tasks.add(new Task(connecting, () -> {
                live.add(connecting);
                first.run();
            }));
            selector.wakeup();
        } finally {
            lock.unlock();
        }
    }

    private Selector start() throws IOException {
        Selector opened = Selector.open();
        try {
            Threads.daemon("socks5-connect", () -> run(opened)).start();
            return opened;
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
    }

    /** Runs a step on the thread, soon; if there is no thread, then the connection is over already. */
    void execute(AsyncConnect connecting, Step step) {
        lock.lock();
        try {
            if (selector != null) {
                tasks.add(new Task(connecting, step));
                selector.wakeup();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many connections are under way; exact on the thread. */
    int size() {
        return live.size();
    }

    /** On the thread, as is what follows. */
    SelectionKey register(SocketChannel channel, int operations, AsyncConnect connecting)
            throws ClosedChannelException {
        return channel.register(selectorInUse(), operations, connecting);
    }

    private Selector selectorInUse() {
        lock.lock();
        try {
            if (selector == null) {
                throw new IllegalStateException("no thread");
            }
            return selector;
        } finally {
            lock.unlock();
        }
    }

    /** Changes when a connection has to be woken; does nothing once it is over. */
    void wakeAt(AsyncConnect connecting, Deadline time) {
        boolean known = live.remove(connecting);
        connecting.wakeAt(time);
        if (known) {
            live.add(connecting);
        }
    }

    /**
     * Forgets a connection that is over.
     *
     * @param next done once the selector has no part in its channel any more; only then is a closed one's descriptor free
     */
    void settle(AsyncConnect connecting, Runnable next) {
        live.remove(connecting);
        settled.add(next);
    }

    private void run(Selector selector) {
        idleSince = System.nanoTime();
        do {
            try {
                turn(selector);
            } catch (Throwable e) {
                // Out of memory, even for telling: the loop goes on for the others.
            }
        } while (!hasEnded());
        Closing.quietly(selector);
    }

    private void turn(Selector selector) {
        int before = settled.size(); // What is settled while selecting waits for the next selection.
        try {
            select(selector);
        } catch (Throwable e) {
            List.copyOf(live).forEach(connecting -> connecting.fail(e));
        }
        for (; before > 0; before--) {
            settled.remove().run();
        }
        takeTasks().forEach(task -> guard(task.connecting, task.step));
        while (!live.isEmpty() && live.first().nanosLeft() <= 0) {
            AsyncConnect due = live.first();
            guard(due, due::wake);
        }
        if (isBusy()) {
            idleSince = System.nanoTime();
        }
    }

    private void select(Selector selector) throws IOException {
        Thread.interrupted(); // Whoever set it: a selector would not wait then.
        long nanos = live.isEmpty() ? idleNanosLeft() : live.first().nanosLeft();
        if (nanos <= 0 || !settled.isEmpty()) {
            selector.selectNow(ConnectLoop::dispatch);
        } else {
            // Rounded up, or the loop would spin through the last millisecond.
            selector.select(ConnectLoop::dispatch, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        }
    }

    private static void dispatch(SelectionKey key) {
        if (key.isValid()) {
            AsyncConnect connecting = (AsyncConnect) key.attachment();
            guard(connecting, () -> connecting.proceed(key));
        }
    }

    private static void guard(AsyncConnect connecting, Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            connecting.fail(e);
        }
    }

    private List<Task> takeTasks() {
        lock.lock();
        try {
            List<Task> taken = new ArrayList<>(tasks);
            tasks.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private boolean isBusy() {
        return !live.isEmpty() || !settled.isEmpty();
    }

    private long idleNanosLeft() {
        return idleSince + idleNanos - System.nanoTime();
    }

    /** Decided under the lock: a connection that comes now is either seen, or starts another thread. */
    private boolean hasEnded() {
        lock.lock();
        try {
            boolean ended = tasks.isEmpty() && !isBusy() && idleNanosLeft() <= 0;
            if (ended) {
                selector = null;
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }
}
