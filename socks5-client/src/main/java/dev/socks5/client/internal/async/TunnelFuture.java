package dev.socks5.client.internal.async;

import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Completes with the channel of an {@link AsyncConnect}. Completing it from outside, by cancelling for example, ends
 * the connection. That is done first: completing runs the dependents, and they may block.
 */
final class TunnelFuture extends CompletableFuture<SocketChannel> {

    private final Runnable abandon;

    /** @param abandon run by any thread and any number of times; has no effect once the connection is over */
    TunnelFuture(Runnable abandon) {
        this.abandon = abandon;
        // For the ways that do not lead through the methods below, such as completeAsync.
        var unused = whenComplete((channel, failure) -> abandon.run());
    }

    /** Completes it; gives false if it was completed from outside, so that the channel is nobody's. */
    boolean deliver(SocketChannel channel) {
        return super.complete(channel);
    }

    void fail(Throwable failure) {
        super.completeExceptionally(failure);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        abandonUnlessDone();
        return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean complete(SocketChannel value) {
        abandonUnlessDone();
        return super.complete(value);
    }

    /** Is called by {@code orTimeout}, too. */
    @Override
    public boolean completeExceptionally(Throwable failure) {
        Objects.requireNonNull(failure); // Before the connection is given up: this would complete nothing.
        abandonUnlessDone();
        return super.completeExceptionally(failure);
    }

    private void abandonUnlessDone() {
        if (!isDone()) {
            abandon.run();
        }
    }
}
