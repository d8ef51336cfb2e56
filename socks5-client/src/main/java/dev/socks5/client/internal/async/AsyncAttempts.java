package dev.socks5.client.internal.async;

import dev.socks5.client.internal.dial.Candidates;
import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.Proxies;
import dev.socks5.client.internal.dial.SeveralProxies;
import dev.socks5.client.internal.layer.Closing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection to a destination by the first of several proxies that serves it: an {@link AsyncConnect} for
 * each that is tried, one after the other. The first is begun on the caller's thread, and the next ones on those that
 * complete futures.
 */
public final class AsyncAttempts {

    private final Candidates candidates;
    private final Destination destination;
    private final ByteBuffer firstBytes;
    private final ConnectLoop loop;
    private final TunnelFuture future = new TunnelFuture(this::abandon);
    private volatile boolean abandoned; // also at the end, when it does not matter
    private volatile @Nullable CompletableFuture<SocketChannel> current; // null before the first

    private AsyncAttempts(Candidates candidates, Destination destination, ByteBuffer firstBytes, ConnectLoop loop) {
        this.candidates = candidates;
        this.destination = destination;
        this.firstBytes = firstBytes;
        this.loop = loop;
    }

    /**
     * Begins, as {@link AsyncConnect#begin} does; where there is one path alone, it does all.
     *
     * @param firstBytes the first bytes of the tunnel, which do not wait for it to be open
     */
    public static CompletableFuture<SocketChannel> begin(
            Proxies proxies, Destination destination, ByteBuffer firstBytes, ConnectLoop loop) {
        if (!(proxies instanceof SeveralProxies several)) {
            return AsyncConnect.begin(proxies.paths().get(0), destination, firstBytes, loop);
        }
        several.requireChannels();
        Dialer directly = several.straight(destination);
        if (directly != null) {
            return AsyncConnect.begin(directly.path(), destination, firstBytes, loop);
        }
        Candidates candidates = several.candidates(destination, firstBytes);
        AsyncAttempts attempts = new AsyncAttempts(candidates, destination, firstBytes, loop);
        attempts.next();
        return attempts.future;
    }

    private void next() {
        if (!candidates.advance()) {
            future.fail(candidates.failure());
            return;
        }
        CompletableFuture<SocketChannel> attempt;
        try {
            attempt = AsyncConnect.begin(candidates.dialer().path(), destination, firstBytes, loop);
        } catch (Throwable e) {
            candidates.givenUp(e);
            throw e;
        }
        current = attempt;
        if (abandoned) { // By somebody who could not know of this one.
            attempt.cancel(false);
        }
        var unused = attempt.whenComplete(this::ended);
    }

    private void ended(@Nullable SocketChannel channel, @Nullable Throwable failure) {
        if (channel == null) {
            failed(Objects.requireNonNull(failure));
        } else {
            candidates.succeeded();
            if (!future.deliver(channel)) {
                Closing.quietly(channel);
            }
        }
    }

    private void failed(Throwable failure) {
        if (abandoned) {
            candidates.givenUp(failure); // The future gets, or has, what its user completes it with.
        } else if (failure instanceof IOException reason) {
            candidates.failed(reason);
            goOn();
        } else {
            candidates.givenUp(failure);
            future.fail(failure);
        }
    }

    private void goOn() {
        try {
            next();
        } catch (Throwable e) {
            future.fail(e);
        }
    }

    /** Ends it because somebody else has completed the future, or is about to. Called by any thread. */
    private void abandon() {
        abandoned = true;
        CompletableFuture<SocketChannel> attempt = current;
        if (attempt != null) {
            attempt.cancel(false);
        }
    }
}
