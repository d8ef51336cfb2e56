package dev.socks5.server.internal.transport;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.transport.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ByteChannel;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an embedder has given, and how a connection is made of it. Immutable. */
public final class GivenTransport implements Transport {

    /** Makes a connection, once. */
    @FunctionalInterface
    private interface Opening {
        Connection open(EventLoop loop, SocketAddress remote, Ends ends, Executor threads) throws IOException;
    }

    /** Takes a socket to a loop as it is. */
    @FunctionalInterface
    public interface Adoption {
        Connection adopt(EventLoop loop) throws IOException;
    }

    /**
     * What is still to come.
     *
     * @param source cancelled when nobody waits for it any more: what the stage depends on, or the stage itself
     */
    private record Later(CompletionStage<? extends Transport> stage, CompletionStage<?> source) {}

    private static final Ends NO_ENDS = Ends.of(() -> {});

    /** Whether it serves somebody, or was closed; copies share it. {@code null} if it may serve several. */
    private final @Nullable AtomicBoolean taken;

    private final Opening opening;
    private final Ends ends;
    private final boolean hasEnds;
    private final @Nullable Later later;
    private final @Nullable Endpoint bound;

    private GivenTransport(
            @Nullable AtomicBoolean taken,
            Opening opening,
            Ends ends,
            boolean hasEnds,
            @Nullable Later later,
            @Nullable Endpoint bound) {
        this.taken = taken;
        this.opening = opening;
        this.ends = ends;
        this.hasEnds = hasEnds;
        this.later = later;
        this.bound = bound;
    }

    private static Transport channel(Opening opening, Ends ends) {
        return new GivenTransport(new AtomicBoolean(), opening, ends, true, null, null);
    }

    public static Transport socket(Adoption adoption, Closeable socket) {
        Objects.requireNonNull(socket, "connected");
        Opening adopting = (loop, remote, ends, threads) -> adoption.adopt(loop);
        return new GivenTransport(new AtomicBoolean(), adopting, Ends.of(socket), false, null, null);
    }

    public static Transport asynchronous(AsynchronousByteChannel channel) {
        Ends ends = Ends.of(Objects.requireNonNull(channel, "channel"));
        return channel(
                (loop, remote, known, threads) -> Carrier.open(loop, remote, channel, known, threads),
                channel instanceof AsynchronousSocketChannel socket ? ends.output(socket::shutdownOutput) : ends);
    }

    public static Transport blocking(ByteChannel channel) {
        Objects.requireNonNull(channel, "channel");
        return channel(
                (loop, remote, ends, threads) ->
                        Carrier.open(loop, remote, BlockingChannel.of(channel, threads), ends, threads),
                Ends.of(channel));
    }

    public static Transport streams(InputStream in, OutputStream out, Closeable whole) {
        Objects.requireNonNull(in, "in");
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(whole, "whole");
        return channel(
                (loop, remote, ends, threads) ->
                        Carrier.open(loop, remote, BlockingChannel.of(in, out, threads), ends, threads),
                Ends.of(whole).output(out::close));
    }

    public static Transport served(Handler handler) {
        Objects.requireNonNull(handler, "handler");
        Opening serving = (loop, remote, ends, threads) -> {
            Served served = Served.by(handler, "for " + remote, threads);
            try {
                return Carrier.open(loop, remote, served, served.ends(), threads);
            } catch (Throwable e) { // No memory: the handler would wait for ever.
                served.breakOff();
                throw e;
            }
        };
        return new GivenTransport(null, serving, NO_ENDS, false, null, null);
    }

    public static Transport later(CompletionStage<? extends Transport> later) {
        Objects.requireNonNull(later, "later");
        return waiting(new Later(later, later));
    }

    public static <T> Transport later(CompletionStage<T> source, Function<? super T, ? extends Transport> made) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(made, "made");
        return waiting(new Later(source.thenApply(come -> make(come, made)), source));
    }

    private static <T> @Nullable Transport make(@Nullable T come, Function<? super T, ? extends Transport> made) {
        if (come == null) {
            return null;
        }
        @Nullable Transport transport = null;
        try {
            transport = made.apply(come);
        } finally {
            if (transport == null && come instanceof Closeable unused) {
                Elsewhere.attempt(unused); // It belongs to nobody else any more.
            }
        }
        return transport;
    }

    private static Transport waiting(Later later) {
        Opening none = (loop, remote, ends, threads) -> {
            throw new IllegalStateException("still to come");
        };
        return new GivenTransport(null, none, NO_ENDS, false, later, null);
    }

    @Override
    public Transport endingOutputBy(Action action) {
        return with(ends.output(Objects.requireNonNull(action, "action")));
    }

    @Override
    public Transport resettingBy(Action action) {
        return with(ends.reset(Objects.requireNonNull(action, "action")));
    }

    private Transport with(Ends others) {
        if (!hasEnds) {
            throw new IllegalStateException("its ends are the server's affair, or it is still to come");
        }
        return new GivenTransport(taken, opening, others, true, later, bound);
    }

    @Override
    public Transport bound(Endpoint address) {
        Objects.requireNonNull(address, "address");
        Endpoint told = address.isName() ? Endpoint.UNSPECIFIED : address;
        return new GivenTransport(taken, opening, ends, hasEnds, later, told);
    }

    /** Returns what is waited for; {@code null} if it is there. */
    public @Nullable CompletionStage<? extends Transport> later() {
        return later == null ? null : later.stage();
    }

    /** Returns the address that the client is told; {@code null} for the local one of its connection. */
    public @Nullable Endpoint bound() {
        return bound;
    }

    /**
     * Makes a connection, once. Closes everything if it cannot.
     *
     * @param remote where it leads, if it cannot tell by itself
     * @param threads may block
     */
    public Connection open(EventLoop loop, SocketAddress remote, Executor threads) throws IOException {
        if (!take()) {
            throw new IOException("a transport was given out before, and serves one tunnel alone");
        }
        try {
            return opening.open(loop, remote, ends, threads);
        } catch (Throwable e) { // A socket that cannot be served, or no memory.
            Elsewhere.close(threads, ends.whole());
            throw e;
        }
    }

    /** Whether it is the caller's from now on: it was nobody's before. */
    private boolean take() {
        return taken == null || taken.compareAndSet(false, true);
    }

    /** Closes it unused, or as soon as it comes, on a thread that may block. */
    public void discard(Executor threads) {
        Elsewhere.run(threads, () -> {
            if (later == null) {
                if (take()) {
                    Elsewhere.attempt(ends.whole());
                }
            } else {
                later.stage().whenComplete((come, failure) -> {
                    if (come instanceof GivenTransport given) {
                        given.discard(threads);
                    }
                });
                cancel();
            }
        });
    }

    /** Says that nobody waits for it any more. Runs whatever depends on that. */
    private void cancel() {
        if (later != null && later.source() instanceof Future<?> future) {
            Elsewhere.attempt(() -> future.cancel(true));
        }
    }

    /** Says that nobody waits for it any more, on a thread that may block. */
    public void cancel(Executor threads) {
        Elsewhere.run(threads, this::cancel);
    }
}
