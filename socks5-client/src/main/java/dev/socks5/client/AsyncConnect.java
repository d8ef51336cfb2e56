package dev.socks5.client;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
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
final class AsyncConnect implements Comparable<AsyncConnect> {

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

    private Deadline wakeTime;
    private Request request;
    private Iterator<Request> furtherRequests = Collections.emptyIterator();
    private final List<IOException> refusals = new ArrayList<>();
    private @Nullable LoopDial dial; // null as long as names are looked up
    private @Nullable SelectionKey key; // of the channel that is connected
    private @Nullable ChannelHandshakes conversation;

    private AsyncConnect(Dialer dialer, Destination destination, ConnectLoop loop) {
        this.dialer = dialer;
        this.destination = destination;
        this.direct = dialer.path().direct().test(destination.endpoint());
        this.loop = loop;
        this.deadline = Deadline.after(dialer.path().timeout());
        this.wakeTime = deadline;
        this.request = Request.connect(destination.endpoint());
    }

    /** Begins; what the path's own predicate throws is thrown here. */
    static CompletableFuture<SocketChannel> begin(Dialer dialer, Destination destination, ConnectLoop loop) {
        AsyncConnect connecting = new AsyncConnect(dialer, destination, loop);
        try {
            loop.begin(connecting, connecting::begin);
        } catch (IOException e) { // No descriptors left for the loop itself.
            connecting.over = true;
            connecting.future.fail(e);
        }
        return connecting.future;
    }

    /** Whom to dial, and what to ask the last proxy for, one after the other until it succeeds. */
    private record Target(AddressRace race, List<Request> requests) {}

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
        return (named && dialer.path().looksUpHere())
                || dialer.path().first().address().isUnresolved();
    }

    /** May block if it {@link #looksUp()}. */
    private Target target() throws IOException {
        ProxyPath path = dialer.path();
        if (direct) {
            return new Target(path.toDestination(destination), List.of());
        }
        List<Request> requests = path.asSent(destination).stream()
                .map(each -> Request.connect(each.endpoint()))
                .toList();
        return new Target(path.toProxy(), requests);
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
        furtherRequests = target.requests.iterator();
        if (furtherRequests.hasNext()) {
            request = furtherRequests.next();
        }
        dial = new LoopDial(loop, this, target.race);
        dial();
    }

    /** Goes as far as can be gone without waiting. */
    void proceed(SelectionKey ready) throws IOException {
        LoopDial current = dial;
        if (key != null) {
            converse();
        } else if (current != null) {
            reached(() -> current.finish(ready));
        }
        dial();
    }

    /** Does what was to be done at the time that was set. */
    void wake() throws IOException {
        if (deadline.nanosLeft() <= 0) {
            timeOut();
        } else {
            dial();
        }
    }

    /** Starts the attempts that are due, and sees to it that the next one is started in time. */
    private void dial() throws IOException {
        if (key == null && dial != null) {
            reached(dial::start);
        }
        if (!over) {
            loop.wakeAt(this, key == null && dial != null ? dial.nextStart(deadline) : deadline);
        }
    }

    @FunctionalInterface
    private interface Attempt {
        @Nullable
        SelectionKey connected() throws IOException;
    }

    private void reached(Attempt attempt) throws IOException {
        try {
            key = attempt.connected();
        } catch (IOException e) {
            throw unreachable(e);
        }
        converse();
    }

    private @Nullable AddressRace race() {
        return dial == null ? null : dial.race();
    }

    private IOException unreachable(IOException e) {
        AddressRace race = race();
        if (race == null) {
            return e;
        }
        if (direct) {
            return race.isSingle() ? e : race.unreachable(e);
        }
        return DialFailure.unreachable(dialer.path(), race, e);
    }

    private void converse() throws IOException {
        SelectionKey registration = key;
        if (registration == null) {
            return;
        }
        SocketChannel channel = (SocketChannel) registration.channel();
        if (conversation == null) {
            conversation = new ChannelHandshakes(channel, handshakes());
        }
        try {
            int awaited = conversation.proceed();
            if (awaited == ChannelHandshakes.NOTHING) {
                deliver(channel, registration);
            } else {
                registration.interestOps(awaited);
            }
        } catch (RequestRejectedException e) {
            tryAnother(e, channel);
        }
    }

    /** Asks for the next address of the destination, by another connection, where {@link Dialer} does so, too. */
    private void tryAnother(RequestRejectedException refusal, SocketChannel channel) throws IOException {
        if (dial == null || !furtherRequests.hasNext() || !dialer.path().mayTryAnother(refusal)) {
            throw refusal;
        }
        refusals.add(refusal);
        request = furtherRequests.next();
        Closing.quietly(channel);
        key = null;
        conversation = null;
        dial = dial.again();
        loop.execute(this, this::dial);
    }

    private Iterator<ClientHandshake> handshakes() {
        return direct
                ? Collections.emptyIterator()
                : dialer.path().handshakes(request).iterator();
    }

    private void deliver(SocketChannel opened, SelectionKey registration) {
        registration.cancel();
        end(() -> complete(() -> {
            if (!future.deliver(opened)) {
                Closing.quietly(opened);
            }
        }));
    }

    private void timeOut() {
        if (direct) {
            AddressRace race = race();
            fail(race != null && !race.isSingle() ? race.timedOut() : new SocketTimeoutException("Connect timed out"));
            return;
        }
        ProxyPath path = dialer.path();
        SocketTimeoutException waiting = conversation == null
                ? DialFailure.dialling(path, race())
                : DialFailure.waitingFor(path.hops().get(conversation.hop()));
        fail(DialFailure.timedOut(path, request, path.timeout(), waiting));
    }

    /** Does nothing once it is over. */
    void fail(Throwable e) {
        if (!over) {
            refusals.forEach(e::addSuppressed);
        }
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
        if (dial == null) {
            loop.lookUps().remove(lookUp); // If it waits there: it must not be kept until its turn.
        } else {
            dial.close();
        }
        if (key != null) {
            Closing.quietly(key.channel());
        }
        end(next);
    }

    private void end(Runnable next) {
        over = true;
        // The caller may keep the future: that holds on to nothing of the handshakes, the logins least of all.
        conversation = null;
        key = null;
        dial = null;
        refusals.clear();
        loop.settle(this, next);
    }

    private void complete(Runnable completion) {
        try {
            loop.completions().execute(completion);
        } catch (Throwable e) { // No thread can be had: late is better than never.
            completion.run();
        }
    }

    /** For the loop alone, which orders them by that. */
    void wakeAt(Deadline time) {
        wakeTime = time;
    }

    /** How long until it has to be woken. */
    long nanosLeft() {
        return wakeTime.nanosLeft();
    }

    /** By the time at which they have to be woken. */
    @Override
    public int compareTo(AsyncConnect other) {
        int order = wakeTime.compareTo(other.wakeTime);
        return order != 0 ? order : Long.compare(number, other.number);
    }
}
