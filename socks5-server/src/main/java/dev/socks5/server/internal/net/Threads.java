package dev.socks5.server.internal.net;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes the server's threads: those of event loops, and those for work that may block. */
public final class Threads {

    /** The JDK, too, lets as many virtual threads block. */
    private static final int MAX_PLATFORM_THREADS = 256;

    /** Before it, a virtual thread that blocks within {@code synchronized} takes one of the few threads of them all. */
    private static final int JAVA_THAT_PINS_NONE = 24;

    private static final long KEEP_ALIVE_SECONDS = 10;

    private Threads() {}

    /** Makes the thread of a loop, which keeps the JVM alive, whatever the thread is that starts the server. */
    static Thread ofLoop(String name, Runnable loop) {
        Thread thread = new Thread(loop, name);
        thread.setDaemon(false);
        return thread;
    }

    /** Makes virtual threads where the JVM has them, else a pool of daemon threads that vanish when they are idle. */
    public static ExecutorService forBlockingWork() {
        return virtualThreads()
                .orElseGet(() -> platformThreads(
                        "socks5-worker", MAX_PLATFORM_THREADS, MAX_PLATFORM_THREADS, new LinkedBlockingQueue<>()));
    }

    /**
     * Makes such threads without a bound of their own: each may block for as long as a connection stands, and none may
     * wait for another to end. Virtual threads only where idle tunnels in a library of the embedder's, which blocks as
     * it likes, cannot hold up those of the whole JVM.
     */
    static ExecutorService forTransports() {
        boolean pinsNone = Runtime.version().feature() >= JAVA_THAT_PINS_NONE;
        Optional<ExecutorService> virtual = pinsNone ? virtualThreads() : Optional.empty();
        return virtual.orElseGet(
                () -> platformThreads("socks5-transport", 0, Integer.MAX_VALUE, new SynchronousQueue<>()));
    }

    private static Optional<ExecutorService> virtualThreads() {
        try {
            return Optional.of((ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
        } catch (ReflectiveOperationException e) {
            return Optional.empty(); // Not there, or a preview (Java 19 and 20) that throws unless it is enabled.
        }
    }

    private static ExecutorService platformThreads(String name, int core, int most, BlockingQueue<Runnable> queue) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(core, most, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, queue, task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
