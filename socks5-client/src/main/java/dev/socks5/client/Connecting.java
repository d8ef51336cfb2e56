package dev.socks5.client;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a destination, made without a thread of its own: what {@link Dialer} does, on a {@link ConnectLoop}.
 *
 * <pre>
 *  look-up (elsewhere, if there is a name) --&gt; connect --&gt; handshakes, one after the other --&gt; deregistered --&gt; delivered
 *     |                                           |            |                                                  |
 *     +-------------------------------------------+------------+--- failed, timed out or abandoned: closed -------+
 * </pre>
 */
final class Connecting implements Comparable<Connecting> {

    private static final AtomicLong COUNT = new AtomicLong();

    private final Dialer dialer;
    private final Destination destination;
    private final boolean direct;
    private final ConnectLoop loop;
    private final Deadline deadline;
    private final long number = COUNT.incrementAndGet();
    private final TunnelFuture future = new TunnelFuture(this::abandon);
    private final Runnable lookUp = this::lookUp;

    /** Set on the loop's thread, where all that follows belongs to. */
    private volatile boolean over;

    private Request request;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable Conversation conversation;

    private Connecting(Dialer dialer, Destination destination, ConnectLoop loop) {
        this.dialer = dialer;
        this.destination = destination;
        this.direct = dialer.route().direct().test(destination.endpoint());
        this.loop = loop;
        this.deadline = Deadline.after(dialer.route().timeout());
        this.request = Request.connect(destination.endpoint());
    }

    /** Begins; what the route's own predicate throws is thrown here. */
    static CompletableFuture<SocketChannel> begin(Dialer dialer, Destination destination, ConnectLoop loop) {
        Connecting connecting = new Connecting(dialer, destination, loop);
        try {
            loop.begin(connecting, connecting::begin);
        } catch (IOException e) { // No descriptors left for the loop itself.
            connecting.over = true;
            connecting.future.fail(e);
        }
        return connecting.future;
    }

    /** Where to connect to, and what to ask for then. */
    private record Target(InetSocketAddress address, Request request) {}

    private void begin() throws IOException {
        if (looksUp()) {
            loop.lookUps().execute(lookUp);
        } else {
            connect(target());
        }
    }

    private boolean looksUp() {
        boolean named = destination.isNamed();
        if (direct) {
            return named;
        }
        return (named && dialer.route().looksUpHere())
                || dialer.route().first().address().isUnresolved();
    }

    /** May block if it {@link #looksUp()}. */
    private Target target() throws IOException {
        if (direct) {
            return new Target(destination.lookedUp().peer(), request);
        }
        Destination asSent = dialer.route().asSent(destination);
        return new Target(dialer.route().first().lookUp(), Request.connect(asSent.endpoint()));
    }

    private void lookUp() {
        if (over) {
            return;
        }
        try {
            Target target = target();
            loop.execute(this, () -> connect(target));
        } catch (Throwable e) {
            loop.execute(this, () -> fail(e));
        }
    }

    private void connect(Target target) throws IOException {
        if (over) {
            return; // While the name was looked up.
        }
        request = target.request;
        SocketChannel opened = SocketChannel.open();
        channel = opened;
        opened.configureBlocking(false);
        boolean connected = reached(() -> opened.connect(target.address));
        key = loop.register(opened, connected ? 0 : SelectionKey.OP_CONNECT, this);
        if (connected) {
            proceed();
        }
    }

    @FunctionalInterface
    private interface Attempt {
        boolean succeeds() throws IOException;
    }

    private boolean reached(Attempt attempt) throws IOException {
        try {
            return attempt.succeeds();
        } catch (UnsupportedAddressTypeException e) {
            throw unreachable((IOException) new SocketException("Unsupported address type").initCause(e));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private IOException unreachable(IOException e) {
        return direct ? e : dialer.unreachable(e);
    }

    /** Goes as far as can be gone without waiting. */
    void proceed() throws IOException {
        SocketChannel current = channel;
        SelectionKey registration = key;
        if (current == null
                || registration == null
                || !reached(() -> current.isConnected() || current.finishConnect())) {
            return;
        }
        if (conversation == null) {
            conversation = new Conversation(current, handshakes());
        }
        int awaited = conversation.proceed();
        if (awaited == Conversation.NOTHING) {
            deliver(current, registration);
        } else {
            registration.interestOps(awaited);
        }
    }

    private Iterator<ClientHandshake> handshakes() {
        return direct
                ? Collections.emptyIterator()
                : dialer.route().handshakes(request).iterator();
    }

    private void deliver(SocketChannel opened, SelectionKey registration) {
        registration.cancel();
        end(() -> complete(() -> {
            if (!future.deliver(opened)) {
                Closing.quietly(opened);
            }
        }));
    }

    void timeOut() {
        if (direct) {
            fail(new SocketTimeoutException("Connect timed out"));
            return;
        }
        SocketTimeoutException waiting = conversation == null
                ? dialer.dialling()
                : Dialer.waitingFor(dialer.route().hops().get(conversation.hop()));
        fail(dialer.timedOut(request, dialer.route().timeout(), waiting));
    }

    /** Does nothing once it is over. */
    void fail(Throwable e) {
        release(() -> complete(() -> future.fail(e)));
    }

    /** By any thread: somebody else has completed the future, or is about to. */
    private void abandon() {
        if (!over) {
            loop.execute(this, () -> release(() -> {}));
        }
    }

    private void release(Runnable next) {
        if (over) {
            return;
        }
        if (channel == null) {
            loop.lookUps().remove(lookUp); // If it waits there: it must not be kept until its turn.
        } else {
            Closing.quietly(channel);
        }
        end(next);
    }

    private void end(Runnable next) {
        over = true;
        // The caller may keep the future: that holds on to nothing of the handshakes, the logins least of all.
        conversation = null;
        channel = null;
        key = null;
        loop.settle(this, next);
    }

    private void complete(Runnable completion) {
        try {
            loop.completions().execute(completion);
        } catch (Throwable e) { // No thread can be had: late is better than never.
            completion.run();
        }
    }

    long nanosLeft() {
        return deadline.nanosLeft();
    }

    /** By deadline. */
    @Override
    public int compareTo(Connecting other) {
        int order = deadline.compareTo(other.deadline);
        return order != 0 ? order : Long.compare(number, other.number);
    }
}
