package dev.socks5.server.internal.transport;

import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Timers;
import dev.socks5.server.internal.net.TransportChannel;
import java.io.Closeable;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Serves an asynchronous channel as a connection of a loop.
 *
 * <pre>
 * owner of the {@link Connection} &lt;-- {@link TransportChannel} &lt;-- {@link Inflow}  &lt;-- one read  &lt;--
 * channel --&gt;                   --&gt; {@link Outflow} --&gt; one write --&gt;
 * </pre>
 *
 * <p>All of the embedder's code is called from a turn of its own on the loop, or by threads that may block, so that
 * nothing of it runs within a call of the connection's owner. Used by the loop's thread alone.
 */
final class Carrier implements TransportChannel.Traffic {

    /** The time for which the last bytes and the end may take after the close, as a system waits for a peer. */
    static final long LINGER = TimeUnit.SECONDS.toNanos(10);

    /** The time for all of it, however often some bytes go out. */
    static final long WHOLE_LINGER = 6 * LINGER;

    private final TransportChannel channel;
    private final Executor threads;
    private final Ends ends;
    private final Inflow in;
    private final Outflow out;
    private final Timers.Timer linger;

    // Made once: when memory is short, a connection must end without new ones.
    private final Runnable task = this::takeTurn;
    private final Runnable closeOrderly;
    private final Runnable closeAsReset;

    private boolean due; // its turn, on the loop
    private boolean ending;
    private boolean outputEnded;
    private boolean passing; // the end of output, by another thread
    private boolean passingLast; // because of the close: the same thread closes, if the loop has ended meanwhile
    private boolean closing;
    private long latest; // when closing
    private boolean gone;

    private Carrier(TransportChannel channel, AsynchronousByteChannel far, Ends ends, Executor threads) {
        EventLoop loop = channel.loop();
        this.channel = channel;
        this.threads = threads;
        this.ends = ends;
        this.in = new Inflow(loop, far, channel::allowance, this::turn, this::fail);
        this.out = new Outflow(loop, far, channel::allowance, this::progress, this::fail);
        this.linger = loop.timers().timer(this::reset);
        AtomicBoolean closed = new AtomicBoolean();
        this.closeOrderly = () -> {
            if (!closed.getAndSet(true)) {
                Elsewhere.attempt(ends.whole());
            }
        };
        Closeable reset = () -> ends.reset().run();
        this.closeAsReset = () -> {
            Elsewhere.attempt(reset);
            closeOrderly.run();
        };
    }

    /**
     * Makes a connection.
     *
     * @param remote where it leads
     * @param threads may block
     */
    static Connection open(
            EventLoop loop, SocketAddress remote, AsynchronousByteChannel far, Ends ends, Executor threads) {
        return TransportChannel.open(loop, remote, channel -> new Carrier(channel, far, ends, threads));
    }

    @Override
    public int read(ByteBuffer into) {
        int count = in.take(into);
        awaited();
        return count;
    }

    @Override
    public int write(ByteBuffer from) {
        int count = out.give(from);
        awaited();
        return count;
    }

    @Override
    public void endOutput() {
        ending = true;
        awaited();
    }

    /** Takes its turn soon, once for all that has changed until then. */
    @Override
    public void awaited() {
        if (!due && !gone) {
            channel.loop().execute(task);
            due = true; // Not before: there may be no memory for it.
        }
    }

    private void takeTurn() {
        due = false;
        turn();
    }

    private void turn() {
        if (gone) {
            return;
        }
        try {
            if (channel.waitsForInput()) {
                in.proceed();
            }
            out.proceed();
            if (ending && out.isEmpty()) {
                passEndOn();
            }
            channel.holds(in.held() + out.held());
            if (!closing) {
                serve();
                return;
            }
        } catch (Throwable e) { // No memory is left, for one.
            fail(e);
            return;
        }
        closeIfWritten();
    }

    private void serve() {
        channel.ready(in.isReadable(), out.hasRoom());
        // What is still there is looked at again, as a selector would.
        boolean again = (in.isReadable() && channel.waitsForInput()) || (out.hasRoom() && channel.waitsForRoom());
        if (again) {
            awaited();
        }
    }

    private void passEndOn() {
        ending = false;
        outputEnded = true;
        passing = true;
        passingLast = closing;
        Elsewhere.run(threads, closing ? this::passLast : this::pass);
    }

    private void pass() {
        @Nullable Throwable failure = null;
        try {
            ends.output().run();
        } catch (Throwable e) { // Not every language checks exceptions.
            failure = e;
        }
        @Nullable Throwable cause = failure;
        channel.loop().execute(() -> passed(cause));
    }

    private void passLast() {
        Elsewhere.attempt(() -> ends.output().run());
        if (!channel.loop().execute(() -> passed(null))) {
            closeOrderly.run();
        }
    }

    private void passed(@Nullable Throwable failure) {
        passing = false;
        passingLast = false;
        if (failure != null) {
            fail(failure);
        } else if (closing) {
            closeIfWritten();
        }
    }

    private void progress() {
        if (closing) {
            linger.set(Math.min(LINGER, latest - channel.loop().nanoTime()));
        }
        turn();
    }

    private void fail(Throwable failure) {
        if (closing) {
            reset();
        } else if (!gone) {
            channel.fail(failure);
        }
    }

    @Override
    public void close() {
        if (gone || closing) {
            return;
        }
        closing = true;
        in.drop();
        try {
            latest = channel.loop().nanoTime() + WHOLE_LINGER;
            linger.set(LINGER);
            closeIfWritten();
        } catch (Throwable e) { // No memory is left, for one: nothing would end it.
            reset();
        }
    }

    /** Closes in order: not before the end of output is passed on, because many a transport would break it off. */
    private void closeIfWritten() {
        if (gone || passing || !out.isEmpty()) {
            return;
        }
        if (outputEnded) {
            leave(closeOrderly);
            return;
        }
        passEndOn(); // The time for that is limited, too.
        if (channel.loop().hasEnded()) {
            forget();
        }
    }

    @Override
    public void reset() {
        if (gone) {
            return;
        }
        if (passingLast && channel.loop().hasEnded()) {
            forget(); // A reset might destroy the last bytes, which are on their way.
        } else {
            leave(closeAsReset);
        }
    }

    private void leave(Runnable close) {
        forget();
        Elsewhere.run(threads, close);
    }

    private void forget() {
        gone = true;
        in.drop();
        out.drop();
        linger.cancel();
        channel.gone();
    }
}
