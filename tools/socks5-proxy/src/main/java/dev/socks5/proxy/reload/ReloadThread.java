package dev.socks5.proxy.reload;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Looks at files from time to time, and as soon as it is asked to, as by SIGHUP. Does what else that asks for. */
public final class ReloadThread implements AutoCloseable {

    /** How often it looks. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Rules may block. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Duration interval;
    private final Reload reload;
    private final LiveServer server;
    private final List<Runnable> onHangup;
    private final Consumer<String> log;
    private final Thread thread = new Thread(this::run, "socks5-reload");

    // Guarded by this.
    private boolean asked;
    private boolean closed;

    /** @param onHangup done on this thread when it is asked, before the files are looked at */
    public ReloadThread(Reload reload, LiveServer server, List<Runnable> onHangup, Consumer<String> log) {
        this(INTERVAL, reload, server, onHangup, log);
    }

    ReloadThread(Duration interval, Reload reload, LiveServer server, List<Runnable> onHangup, Consumer<String> log) {
        this.interval = interval;
        this.reload = reload;
        this.server = server;
        this.onHangup = onHangup;
        this.log = log;
        thread.setDaemon(true);
    }

    /** Starts. */
    public void start() {
        thread.start();
    }

    /** Has it look now, and tell what it has found. */
    public synchronized void ask() {
        asked = true;
        notifyAll();
    }

    private void run() {
        while (awaitTurn()) {
            boolean demanded = takeAsked();
            if (demanded) {
                onHangup.forEach(this::attempt);
            }
            attempt(() -> reload.look(server, demanded));
        }
    }

    /** Whatever it throws, such as for lack of memory, later there may be some. */
    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            log.accept("cannot look for changes: " + e);
        }
    }

    private synchronized boolean takeAsked() {
        boolean was = asked;
        asked = false;
        return was;
    }

    @SuppressWarnings("WaitNotInLoop") // Whoever wakes too early looks too early, and that is all.
    private synchronized boolean awaitTurn() {
        try {
            if (!asked && !closed) {
                wait(reload.isOfUse() ? interval.toMillis() : 0);
            }
        } catch (InterruptedException e) {
            closed = true;
        }
        return !closed;
    }

    /** Takes up nothing that it has not begun with. Waits for that, for a while, so that it can be told. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
