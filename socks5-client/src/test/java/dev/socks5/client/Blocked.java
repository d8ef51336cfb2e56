package dev.socks5.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A thread in a call that blocks, until something makes it fail. */
public final class Blocked extends Thread {

    @FunctionalInterface
    public interface Call {
        void run() throws IOException;
    }

    private final Call call;
    private final CompletableFuture<@Nullable Throwable> failure = new CompletableFuture<>();
    private volatile boolean interruptedAfter;

    private Blocked(Call call) {
        this.call = call;
        setDaemon(true);
    }

    /** No event tells that a thread has entered the kernel. The tests hold without the pause as well. */
    public static Blocked in(Call call) throws InterruptedException {
        Blocked blocked = new Blocked(call);
        blocked.start();
        Thread.sleep(100);
        return blocked;
    }

    @Override
    public void run() {
        try {
            call.run();
            failure.complete(null);
        } catch (Throwable e) {
            interruptedAfter = isInterrupted();
            failure.complete(e);
        }
    }

    /** Waits for it. */
    @Nullable
    public Throwable failure() throws Exception {
        return failure.get(10, TimeUnit.SECONDS);
    }

    /** Whether it was interrupted when it failed. */
    boolean wasInterrupted() {
        return interruptedAfter;
    }
}
