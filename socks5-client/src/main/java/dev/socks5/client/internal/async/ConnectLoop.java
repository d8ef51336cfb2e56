package dev.socks5.client.internal.async;

import dev.socks5.client.internal.layer.Closing;
import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.platform.UnixSockets;
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
import org.jspecify.annotations.Nullable;

/**
 * Runs any number of {@link AsyncConnect}s on one thread, which has a selector, the times at which each has to be
 * woken, and the steps that other threads hand in. The thread starts when there is something to do, and ends some time
 * after nothing is left; at once if its selector has failed.
 */
public final class ConnectLoop {

    /** The only loop of the JVM, except in tests. */
    public static final ConnectLoop SHARED = new ConnectLoop(Duration.ofSeconds(5));

    private final Network network;
    private final long idleNanos;
    private final ThreadPoolExecutor lookUps;
    private final ThreadPoolExecutor completions;

    private final Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by this
    private @Nullable Selector selector; // guarded by this; null as long as there is no thread

    // For the thread alone, and empty when it ends: the next one finds them so.
    private final TreeSet<AsyncConnect> live = new TreeSet<>();
    private final Queue<Runnable> settled = new ArrayDeque<>();
    private long idleSince;
    private boolean broken; // The selector has failed, and may do so for ever: the next thread gets another one.

    ConnectLoop(Duration idleLimit) {
        this(idleLimit, new SystemNetwork());
    }

    ConnectLoop(Duration idleLimit, Network network) {
        this.network = network;
        idleNanos = idleLimit.toNanos();
        lookUps = network.pool("socks5-look-up", idleLimit);
        completions = network.pool("socks5-completion", idleLimit);
    }

    /** Does something for a connection; an exception ends the connection. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    long nanoTime() {
        return network.nanoTime();
    }

    /** @param local whether it is to be connected to the path of a Unix domain socket */
    SocketChannel openChannel(boolean local) throws IOException {
        return local ? UnixSockets.open(network.sockets()) : network.sockets().openSocketChannel();
    }

    /** Gives the threads that look names up. */
    ThreadPoolExecutor lookUps() {
        return lookUps;
    }

    /** Gives the threads that complete futures, and so run the dependents of users, which may block. */
    ThreadPoolExecutor completions() {
        return completions;
    }

    /** Takes on a connection; its first step is run soon. */
    synchronized void begin(AsyncConnect connect, Step first) throws IOException {
        if (selector == null) {
            selector = start();
        }
        tasks.add(() -> {
            live.add(connect);
            guard(connect, first);
        });
        selector.wakeup();
    }

    private Selector start() throws IOException {
        Selector opened = network.sockets().openSelector();
        try {
            idleSince = network.nanoTime();
            broken = false;
            network.start("socks5-connect", new Turns(opened));
            return opened;
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
    }

    /** Runs a step on the thread, soon; if there is no thread, then the connection is over already. */
    synchronized void execute(AsyncConnect connect, Step step) {
        if (selector != null) {
            tasks.add(() -> guard(connect, step));
            selector.wakeup();
        }
    }

    /** Counts the connections that are under way; exact on the thread. */
    public int size() {
        return live.size();
    }

    /** Registers a channel. Called on the thread, as are the methods that follow. */
    SelectionKey register(SocketChannel channel, int operations, AsyncConnect connect) throws ClosedChannelException {
        return channel.register(selectorInUse(), operations, connect);
    }

    private synchronized Selector selectorInUse() {
        if (selector == null) {
            throw new IllegalStateException("no thread");
        }
        return selector;
    }

    /** Changes when a connection has to be woken; does nothing once it is over. */
    void wakeAt(AsyncConnect connect, Deadline time) {
        boolean known = live.remove(connect);
        connect.wakeAt(time);
        if (known) {
            live.add(connect);
        }
    }

    /**
     * Forgets a connection that is over.
     *
     * @param next done once the selector has no part in its channel any more; only then is a closed one's descriptor
     *     free
     */
    void settle(AsyncConnect connect, Runnable next) {
        live.remove(connect);
        settled.add(next);
    }

    /** What one thread does. */
    private final class Turns implements Network.Turns {
        private final Selector selector;

        private Turns(Selector selector) {
            this.selector = selector;
        }

        @Override
        public long untilNext() {
            return ConnectLoop.this.untilNext();
        }

        @Override
        public boolean turn() {
            try {
                ConnectLoop.this.turn(selector);
            } catch (Throwable e) {
                // Out of memory, even for telling: the loop goes on for the others.
            }
            boolean ended = hasEnded();
            if (ended) {
                Closing.quietly(selector);
            }
            return !ended;
        }
    }

    private void turn(Selector selector) {
        int before = settled.size(); // What is settled while selecting waits for the next selection.
        try {
            select(selector);
        } catch (Throwable e) {
            broken = true;
            List.copyOf(live).forEach(connect -> connect.fail(e));
        }
        for (; before > 0; before--) {
            settled.remove().run();
        }
        takeTasks().forEach(Runnable::run);
        while (!live.isEmpty() && live.first().nanosLeft(network.nanoTime()) <= 0) {
            AsyncConnect due = live.first();
            guard(due, due::wake);
        }
        if (isBusy()) {
            idleSince = network.nanoTime();
        }
    }

    private void select(Selector selector) throws IOException {
        Thread.interrupted(); // A selector would not wait if this were set.
        long nanos = untilNext();
        if (nanos <= 0) {
            selector.selectNow();
        } else {
            // Rounded up, or the loop would spin through the last millisecond.
            selector.select(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        }
        List<SelectionKey> ready = List.copyOf(selector.selectedKeys());
        selector.selectedKeys().clear();
        ready.forEach(ConnectLoop::dispatch);
    }

    private long untilNext() {
        if (!settled.isEmpty()) {
            return 0;
        }
        return live.isEmpty() ? idleNanosLeft() : live.first().nanosLeft(network.nanoTime());
    }

    private static void dispatch(SelectionKey key) {
        if (key.isValid()) {
            AsyncConnect connect = (AsyncConnect) key.attachment();
            guard(connect, () -> connect.proceed(key));
        }
    }

    private static void guard(AsyncConnect connect, Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            connect.fail(e);
        }
    }

    private synchronized List<Runnable> takeTasks() {
        List<Runnable> taken = new ArrayList<>(tasks);
        tasks.clear();
        return taken;
    }

    private boolean isBusy() {
        return !live.isEmpty() || !settled.isEmpty();
    }

    private long idleNanosLeft() {
        return idleSince + idleNanos - network.nanoTime();
    }

    /**
     * Decides at once whether this thread ends: a connection that comes now is either seen, or starts another thread.
     */
    private synchronized boolean hasEnded() {
        boolean ended = tasks.isEmpty() && !isBusy() && (broken || idleNanosLeft() <= 0);
        if (ended) {
            selector = null;
        }
        return ended;
    }
}
