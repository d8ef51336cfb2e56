package dev.socks5.client.internal.async;

import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.client.internal.dial.LocalException;
import dev.socks5.client.internal.dial.ProxyPath;
import dev.socks5.client.internal.dial.StaggeredDial;
import dev.socks5.client.internal.dial.Target;
import dev.socks5.client.internal.layer.Closing;
import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.report.Stopwatch;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection to a destination without a thread of its own: what {@link Dialer} does, on a
 * {@link ConnectLoop}.
 *
 * <pre>
 *  look-up (elsewhere, of names) --&gt; dial --&gt; handshakes --&gt; deregistered --&gt; delivered
 *     |                                |            |                            |
 *     +--------------------------------+------------+--- failed, timed out or ---+
 *                                                        abandoned: closed
 * </pre>
 *
 * <p>All of it happens on the loop's thread, except where a method says otherwise. Its listeners are told there, too,
 * except that it begins.
 */
public final class AsyncConnect implements Comparable<AsyncConnect> {

    private static final AtomicLong COUNT = new AtomicLong();

    private final ProxyPath path;
    private final Target target;
    private final Stopwatch watch;
    private final ByteBuffer firstBytes;
    private final ConnectLoop loop;
    private final Deadline deadline;
    private final long number = COUNT.incrementAndGet();
    private final TunnelFuture future = new TunnelFuture(this::abandon);
    private final Runnable lookUp = this::lookUp;
    private volatile boolean over; // Set on the loop's thread.
    private Deadline wakeTime;

    private @Nullable StaggeredDial dial; // null before and after
    private @Nullable SelectionKey key; // of the channel that is connected
    private @Nullable ChannelHandshakes handshakes;

    private AsyncConnect(ProxyPath path, Destination destination, ByteBuffer firstBytes, ConnectLoop loop) {
        this.path = path;
        this.target = new Target(path, destination);
        this.watch = target.begin();
        this.firstBytes = firstBytes;
        this.loop = loop;
        this.deadline = Deadline.after(path.timeout(), loop.nanoTime());
        this.wakeTime = deadline;
    }

    /**
     * Begins, on the caller's thread; what the path's own predicate throws is thrown here.
     *
     * @param firstBytes the first bytes of the tunnel, which do not wait for it to be open
     */
    public static CompletableFuture<SocketChannel> begin(
            ProxyPath path, Destination destination, ByteBuffer firstBytes, ConnectLoop loop) {
        path.requireChannels();
        AsyncConnect connect = new AsyncConnect(path, destination, firstBytes, loop);
        try {
            LocalException.ifFails(() -> {
                loop.begin(connect, connect::begin);
                return connect;
            });
        } catch (IOException e) { // No descriptors left for the loop itself.
            connect.over = true;
            connect.watch.failed(e);
            connect.future.fail(e);
        } catch (Throwable e) { // No thread can be had.
            connect.watch.failed(e);
            throw e;
        }
        return connect.future;
    }

    private void begin() throws IOException {
        if (target.looksUp()) {
            loop.lookUps().execute(lookUp);
        } else {
            target.lookUp();
            dial();
        }
    }

    /** Looks names up, on a thread that may block. */
    private void lookUp() {
        if (over) {
            return;
        }
        try {
            target.lookUp();
            loop.execute(this, this::dial);
        } catch (Throwable e) {
            loop.execute(this, () -> fail(e));
        }
    }

    private void dial() throws IOException {
        if (!over) {
            watch.dial();
            dial = new StaggeredDial(
                    target.race(),
                    () -> loop.openChannel(target.race().isLocal()),
                    path.preparation(),
                    (channel, ops) -> loop.register(channel, ops, this));
            startAttempts();
        }
    }

    /** Starts the attempts that are due, and sees to it that the next one is started in time. */
    private void startAttempts() throws IOException {
        if (dial != null) {
            attempt(dial, null);
        }
        if (!over) {
            loop.wakeAt(this, dial == null ? deadline : dial.nextStart(deadline, loop.nanoTime()));
        }
    }

    /** Looks at the attempt that is ready, or starts those that are due if none is. */
    private void attempt(StaggeredDial current, @Nullable SelectionKey ready) throws IOException {
        try {
            key = ready == null ? current.start(loop.nanoTime()) : current.finish(ready);
        } catch (IOException e) {
            throw target.race().unreachable(e);
        }
        if (key != null) {
            dial = null;
            SocketChannel channel = (SocketChannel) key.channel();
            handshakes = target.isDirect() ? new ChannelHandshakes(channel, firstBytes) : throughProxies(channel);
            shakeHands();
        }
    }

    private ChannelHandshakes throughProxies(SocketChannel channel) {
        watch.shakeHands();
        ProxyChain chain = new ProxyChain(path.hops(), target.request(), firstBytes);
        return new ChannelHandshakes(channel, chain, watch);
    }

    /** Goes as far as it can without waiting. */
    void proceed(SelectionKey ready) throws IOException {
        if (dial == null) {
            shakeHands();
        } else {
            attempt(dial, ready);
        }
        startAttempts();
    }

    /** Does what was to be done at the time that was set. */
    void wake() throws IOException {
        if (deadline.nanosLeft(loop.nanoTime()) <= 0) {
            timeOut();
        } else {
            startAttempts();
        }
    }

    private void shakeHands() throws IOException {
        SelectionKey registration = key;
        ChannelHandshakes current = handshakes;
        if (registration == null || current == null) {
            return;
        }
        try {
            int awaited = current.proceed();
            if (awaited == ChannelHandshakes.NOTHING) {
                deliver(registration);
            } else {
                registration.interestOps(awaited);
            }
        } catch (RequestRejectedException e) {
            if (!target.turnToNext(e)) {
                throw e;
            }
            dialAgain(registration);
        }
    }

    private void dialAgain(SelectionKey refused) {
        Closing.quietly(refused.channel());
        key = null;
        handshakes = null;
        loop.execute(this, this::dial);
    }

    private void deliver(SelectionKey registration) {
        SocketChannel opened = (SocketChannel) registration.channel();
        registration.cancel();
        watch.connected();
        end(() -> complete(() -> {
            if (!future.deliver(opened)) {
                Closing.quietly(opened);
            }
        }));
    }

    private void timeOut() {
        SocketTimeoutException late =
                handshakes != null && !target.isDirect() ? path.waitingFor(handshakes.hop()) : target.timedOut();
        fail(target.isDirect() ? late : path.timedOut(target.request(), deadline.limit(), late));
    }

    /** Does nothing once it is over. */
    void fail(Throwable e) {
        if (!over) {
            target.addRefusals(e);
            watch.failed(e);
        }
        release(() -> complete(() -> future.fail(e)));
    }

    /** Ends it because somebody else has completed the future, or is about to. Called by any thread. */
    private void abandon() {
        if (!over) {
            loop.execute(this, () -> {
                watch.failed(new CancellationException("the future was completed by its user"));
                release(() -> {});
            });
        }
    }

    private void release(Runnable next) {
        if (over) {
            return;
        }
        if (handshakes != null) {
            handshakes.close();
        }
        if (key != null) {
            Closing.quietly(key.channel());
        } else if (dial != null) {
            dial.close();
        } else {
            loop.lookUps().remove(lookUp); // If it waits there: it must not be kept until its turn.
        }
        end(next);
    }

    private void end(Runnable next) {
        over = true;
        // The caller may keep the future: that holds on to nothing of the handshakes, the logins least of all.
        dial = null;
        key = null;
        handshakes = null;
        loop.settle(this, next);
    }

    private void complete(Runnable completion) {
        try {
            loop.completions().execute(completion);
        } catch (Throwable e) { // No thread can be had: late is better than never.
            completion.run();
        }
    }

    /** Sets the time at which it has to be woken. For the loop alone, which orders connections by it. */
    void wakeAt(Deadline time) {
        wakeTime = time;
    }

    /** Gives the time until it has to be woken. */
    long nanosLeft(long now) {
        return wakeTime.nanosLeft(now);
    }

    /** Orders connections by the time at which they have to be woken. */
    @Override
    public int compareTo(AsyncConnect other) {
        int order = wakeTime.compareTo(other.wakeTime);
        return order != 0 ? order : Long.compare(number, other.number);
    }
}
