package dev.socks5.client.internal.platform;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads of this module. All of them are daemons: none keeps the JVM alive. */
public final class Threads {

    /** The greatest number of threads in a {@link #pool}. */
    public static final int MOST_OF_A_POOL = 4;

    private Threads() {}

    /** Starts a thread for a task that mostly waits: a virtual one where the JVM has them, else a {@link #daemon}. */
    public static void start(String name, Runnable task) {
        try {
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (ReflectiveOperationException e) {
            // The method is missing, or a preview (Java 19 and 20) that throws unless it is enabled.
            daemon(name, task).start();
        }
    }

    /** Makes a platform thread that keeps nothing of the thread that happened to need it first. */
    public static Thread daemon(String name, Runnable task) {
        Thread thread = make(name, task);
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }

    @BeyondAndroid("Before Android 13 such a thread inherits what is inheritable")
    private static Thread make(String name, Runnable task) {
        try {
            return new Thread(null, task, name, 0, false);
        } catch (NoSuchMethodError e) {
            return new Thread(null, task, name);
        }
    }

    /** Makes a pool for tasks that may block. Its threads end when they are idle. */
    public static ThreadPoolExecutor pool(String name, Duration idleLimit) {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                MOST_OF_A_POOL,
                MOST_OF_A_POOL,
                idleLimit.toNanos(),
                TimeUnit.NANOSECONDS,
                new LinkedBlockingQueue<>(),
                task -> daemon(name + '-' + count.incrementAndGet(), task));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
