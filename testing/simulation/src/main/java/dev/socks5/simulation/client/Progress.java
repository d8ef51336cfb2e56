package dev.socks5.simulation.client;

import dev.socks5.client.internal.dial.Destination;
import dev.socks5.codec.Endpoint;
import dev.socks5.simulation.client.Errand.GiveUp;
import dev.socks5.simulation.client.Errand.Login;
import dev.socks5.simulation.client.Errand.LookUp;
import dev.socks5.simulation.network.Dialled;
import dev.socks5.simulation.network.Fault;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What becomes of an {@link Errand}, and what must hold meanwhile. */
final class Progress {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    /** How late a selector that counts milliseconds can be, with the turns that follow. */
    static final long LATE = MILLISECOND + MILLISECOND / 5;

    private static final long VERY_LATE = TimeUnit.SECONDS.toNanos(1);

    private final ClientRun run;
    private final Errand errand;
    private final Dials dials;
    private final Map<InetSocketAddress, SimulatedProxy> reached = new HashMap<>();
    private @Nullable CompletableFuture<SocketChannel> future;
    private @Nullable Caller caller;
    private @Nullable Class<? extends Throwable> expected;
    private long begun;
    private boolean finished;
    private boolean givingUp;
    private long givenUp;
    private int outcomes;
    private int refusals;

    Progress(ClientRun run, Errand errand) {
        this.run = run;
        this.errand = errand;
        this.dials = new Dials(this, errand, run.plan());
    }

    Errand errand() {
        return errand;
    }

    void check(ClientRule rule, boolean holds, Object about) {
        if (!holds) {
            run.judge().check(rule, false, about + ", at " + run.world().elapsed() + " of " + errand);
        }
    }

    void after(long nanos, Runnable action) {
        run.world().after(nanos, action);
    }

    /** Whether it has begun, and may still have a socket. */
    boolean isActive() {
        return future != null && !finished;
    }

    // What proxies tell.

    void reached(SimulatedProxy proxy, InetSocketAddress from) {
        reached.put(from, proxy);
    }

    void talksTo(SimulatedProxy proxy) {
        dials.talksTo(proxy);
    }

    void expects(Class<? extends Throwable> failure) {
        expected = failure;
    }

    void refused() {
        refusals++;
    }

    /** Returns how many addresses of the destination were refused, so that another one has to be asked for. */
    int refusals() {
        return refusals;
    }

    // What the client does.

    void begin() {
        begun = run.world().elapsed();
        run.active(begun);
        ByteBuffer firstBytes = ByteBuffer.wrap(errand.content(0, errand.firstBytes()));
        Destination destination = errand.namedDestination()
                ? Destination.of(Endpoint.of(errand.destinationName(), errand.port()))
                : Destination.of(errand.destination().get(0), errand.port());
        try {
            CompletableFuture<SocketChannel> begins =
                    run.loop().connect(new User(this, run).path(), destination, firstBytes);
            future = begins;
            var unused = begins.whenComplete(this::completed);
            if (errand.giveUp() != GiveUp.NEVER) {
                after(errand.giveUpAfter(), () -> giveUp(begins));
            }
        } catch (Throwable e) {
            check(ClientRule.KNOWN_FAILURE, false, e);
        }
    }

    private void giveUp(CompletableFuture<SocketChannel> begins) {
        if (begins.isDone()) {
            return;
        }
        givingUp = true;
        givenUp = run.world().elapsed();
        run.active(givenUp);
        switch (errand.giveUp()) {
            case CANCEL -> begins.cancel(true);
            case COMPLETE -> begins.complete(null);
            default -> begins.completeExceptionally(new User.Own());
        }
        after(3 * MILLISECOND, () -> {
            if (!run.plan().has(Fault.LATE_TURN) && !run.plan().slowWork()) {
                finish();
            }
        });
    }

    /** Nothing of it is open any more. */
    private void finish() {
        finished = true;
        if (!run.isAnyActive()) {
            check(ClientRule.CLOSED, run.openSockets() <= 1, run.sockets());
            check(ClientRule.CLOSED, run.queuedLookUps() == 0, "a look-up waits");
        }
    }

    void dialled(Dialled dial) {
        long now = run.world().elapsed();
        boolean wanted = future != null && (!future.isDone() || isBarelyGivenUp(now));
        check(ClientRule.DIALLED, wanted, "nobody wants " + dial.remote());
        dials.dialled(dial.remote(), now);
    }

    private boolean isBarelyGivenUp(long now) {
        return givingUp && (now - givenUp < MILLISECOND || run.plan().has(Fault.LATE_TURN));
    }

    private void completed(@Nullable SocketChannel channel, @Nullable Throwable failure) {
        outcomes++;
        if (givingUp) {
            return;
        }
        long settled = run.settledAt();
        run.active(settled);
        long took = settled - begun;
        long slack = run.plan().has(Fault.LATE_TURN) ? VERY_LATE : LATE;
        check(ClientRule.DEADLINE, took <= errand.timeout() + slack, "it took " + took);
        if (channel != null) {
            succeeded(channel);
        } else {
            failed(Objects.requireNonNull(failure), took);
        }
    }

    private void succeeded(SocketChannel channel) {
        boolean asPromised = channel.isConnected() && !channel.isRegistered() && !channel.isBlocking();
        check(ClientRule.CHANNEL, asPromised, channel);
        try {
            SimulatedProxy proxy = reached.get((InetSocketAddress) channel.getLocalAddress());
            boolean open = proxy != null && proxy.isTunnel();
            check(ClientRule.NO_EARLY_SUCCESS, open, channel);
            if (proxy != null) {
                caller = new Caller(this, channel, proxy);
                caller.run();
            }
        } catch (IOException e) {
            check(ClientRule.CHANNEL, false, e);
        }
    }

    private void failed(Throwable failure, long took) {
        boolean inTime = !(failure instanceof SocketTimeoutException) || took >= errand.timeout();
        check(ClientRule.DEADLINE, inTime, failure + " after " + took);
        boolean known = failure instanceof IOException
                || failure instanceof User.Own
                || (run.plan().rejectsWork() && failure instanceof OutOfMemoryError);
        check(ClientRule.KNOWN_FAILURE, known, failure);
        if (run.plan().isCalm()) {
            check(ClientRule.RIGHT_OUTCOME, isRight(failure), failure + " and not " + expected);
        }
        finish();
    }

    /** Whether a failure is the one that must come where the network is calm. */
    private boolean isRight(Throwable failure) {
        if (failure instanceof SocketTimeoutException && errand.timeout() < Errand.LONG) {
            return true;
        }
        if (errand.looksUp() && errand.lookUp() == LookUp.FAILS) {
            return failure instanceof UnknownHostException;
        }
        if (errand.looksUp() && errand.lookUp() == LookUp.THROWS) {
            return failure instanceof User.Own;
        }
        if (errand.looksUp() && errand.lookUp() == LookUp.STUCK) {
            return failure instanceof SocketTimeoutException;
        }
        if (!dials.reachSomebody()) {
            return failure instanceof SocketTimeoutException != dials.allFail();
        }
        if (expected != null) {
            return expected.isInstance(failure);
        }
        boolean throwing = errand.hops().stream().anyMatch(proxy -> proxy.login() == Login.THROWS);
        return throwing && failure instanceof User.Own;
    }

    void callerIsDone() {
        finished = true;
    }

    /** Checks what must hold in the end. */
    void end() {
        check(ClientRule.ONE_OUTCOME, outcomes == 1, outcomes + " outcomes");
        if (caller != null) {
            caller.end(run.plan().isCalm());
        }
    }
}
