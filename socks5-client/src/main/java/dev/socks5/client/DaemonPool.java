package dev.socks5.client;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A few daemon threads for what may block, which end when they are idle. */
final class DaemonPool extends ThreadPoolExecutor {

    static final int MOST_THREADS = 4;

    DaemonPool(String name, Duration idleLimit) {
        super(
                MOST_THREADS,
                MOST_THREADS,
                idleLimit.toNanos(),
                TimeUnit.NANOSECONDS,
                new LinkedBlockingQueue<>(),
                numbered(name));
        allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory numbered(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> thread(name + '-' + count.incrementAndGet(), task);
    }

    /** A thread that holds on to nothing of whoever happened to need it first. */
    static Thread thread(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }
}
