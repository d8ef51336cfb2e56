package dev.socks5.server.internal.net;

import dev.socks5.server.ClientAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has work done on other threads that may block. The number of pieces under way, waiting or at work, is bounded: they
 * outlive the connections that they are for, and so the limits on connections do not bound them. Nor can one client
 * (see {@link ClientBlock}) take all places: it may have no more pieces under way than places are still free, and an
 * eighth of all at work. Safe for use by several threads.
 */
public final class BlockingWork {

    private static final int SHARES = 8;

    private record Piece(Runnable work, Runnable insteadOfIt) {}

    /** The work that one client has under way. */
    private static final class Share {
        private final Object client;
        private final Queue<Piece> waiting = new ArrayDeque<>();
        private int atWork;

        private Share(Object client) {
            this.client = client;
        }

        private int underWay() {
            return atWork + waiting.size();
        }
    }

    private final Executor executor;
    private final int capacity;
    private final int maxAtWork;
    private final Map<Object, Share> shares = new HashMap<>();
    private int underWay;

    public BlockingWork(Executor executor, int capacity) {
        this.executor = executor;
        this.capacity = capacity;
        this.maxAtWork = Math.max(1, capacity / SHARES);
    }

    /**
     * Has work done elsewhere, and its result taken on the client's loop, where a failure ends the client's connection.
     *
     * @param who the client's address
     * @param scope once it is over, work that has not begun is dropped, and so is the result
     * @param ifItFails the result if the work throws, or there is too much under way, or the executor takes no more
     */
    <T> void run(ClientAddress who, Scope scope, Supplier<T> work, T ifItFails, Consumer<T> then) {
        Job<T> job = new Job<>(scope, work, ifItFails, then);
        if (!submit(who, job::carryOut, job::handOver)) {
            then.accept(ifItFails);
        }
    }

    /**
     * Work and its result. All objects that bring the result to the loop are made before the work: later, memory may be
     * short.
     */
    private static final class Job<T> {
        private static final long PAUSE_MILLIS = 50;

        private final Scope scope;
        private final Supplier<T> work;
        private final Runnable take;
        private T result;

        private Job(Scope scope, Supplier<T> work, T ifItFails, Consumer<T> then) {
            this.scope = scope;
            this.work = work;
            this.result = ifItFails;
            EventLoop.Step step = () -> then.accept(result);
            this.take = () -> {
                if (!scope.isOver()) {
                    scope.client().guard(step);
                }
            };
        }

        /** Does the work, on a thread that may block. */
        private void carryOut() {
            if (!scope.isOver()) {
                try {
                    result = work.get();
                } catch (Throwable e) { // Not every language checks exceptions.
                    Log.warn("a policy failed", e);
                }
                handOver();
            }
        }

        private void handOver() {
            boolean handed = false;
            while (!handed && !scope.isOver()) {
                try {
                    scope.client().loop().execute(take);
                    handed = true;
                } catch (OutOfMemoryError e) {
                    handed = !pause(); // The result must not be lost: without it, the client would wait for its
                    // deadline.
                }
            }
        }

        private static boolean pause() {
            try {
                Thread.sleep(PAUSE_MILLIS);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /**
     * Has a piece of work done, now or when others of the same client have ended.
     *
     * @param insteadOfIt run if the executor takes no more by the time that the work could begin
     * @return false if too many are under way, or the executor takes no more: neither will ever run then
     */
    boolean submit(ClientAddress client, Runnable work, Runnable insteadOfIt) {
        Piece piece = new Piece(work, insteadOfIt);
        Share share;
        synchronized (this) {
            Object block = ClientBlock.of(client);
            @Nullable Share known = shares.get(block);
            if ((known == null ? 0 : known.underWay()) >= capacity - underWay) {
                return false;
            }
            share = known == null ? new Share(block) : known;
            if (share.atWork == maxAtWork) {
                share.waiting.add(piece);
                underWay++;
                return true;
            }
            shares.put(share.client, share);
            share.atWork++;
            underWay++;
        }
        boolean started = start(share, piece);
        if (!started) {
            proceed(share);
        }
        return started;
    }

    private boolean start(Share share, Piece piece) {
        try {
            executor.execute(() -> carryOut(share, piece));
            return true;
        } catch (Throwable e) { // Rejected, as a rule; or no thread can be made.
            Log.debug("the executor takes no more: {0}", e);
            return false;
        }
    }

    private void carryOut(Share share, Piece piece) {
        try {
            piece.work.run();
        } catch (Throwable e) { // Must not reach the executor: it might run this in submit.
            Log.warn("blocking work failed", e);
        } finally {
            proceed(share);
        }
    }

    /** Goes on after the end of one piece. The client's next is given to the executor anew, behind those of others. */
    private void proceed(Share share) {
        @Nullable Piece next = leave(share);
        while (next != null && !start(share, next)) {
            next.insteadOfIt.run();
            next = leave(share);
        }
    }

    private synchronized @Nullable Piece leave(Share share) {
        underWay--;
        @Nullable Piece next = share.waiting.poll();
        if (next == null && --share.atWork == 0) {
            shares.remove(share.client);
        }
        return next;
    }

    /** Tells how many pieces there are, waiting or at work. */
    public synchronized int underWay() {
        return underWay;
    }
}
