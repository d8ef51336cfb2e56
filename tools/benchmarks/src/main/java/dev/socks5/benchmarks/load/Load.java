package dev.socks5.benchmarks.load;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Both ends of what goes through one server: a loop for the clients and one for the origins. */
public final class Load implements AutoCloseable {

    /** How long the server may take for something that it does at once if it works. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(1);

    private static final Duration PATIENCE_PER_TUNNEL = Duration.ofMillis(5);

    private static final int OPENING_AT_ONCE = 32;

    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Duration patience;
    private final Dialer dialer;
    private final Optional<ServerProcess> process;
    private final Loop origins;
    private final Loop clients;

    /**
     * Starts both loops.
     *
     * @param target the server
     * @throws IOException if its name has no address, or there are no descriptors for the loops
     */
    public Load(Target target) throws IOException {
        this(target, PATIENCE);
    }

    Load(Target target, Duration patience) throws IOException {
        this.patience = patience;
        dialer = new Dialer(resolved(target));
        process = target.pid().isPresent()
                ? Optional.of(new ServerProcess(target.pid().getAsLong()))
                : Optional.empty();
        origins = new Loop("origins", failure);
        clients = new Loop("clients", failure);
    }

    private static Target resolved(Target target) throws UnknownHostException {
        InetSocketAddress address = target.address();
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        if (resolved.isUnresolved()) {
            throw new UnknownHostException(address.getHostString());
        }
        return new Target(resolved, target.login(), target.pid());
    }

    Dialer dialer() {
        return dialer;
    }

    Loop clients() {
        return clients;
    }

    /**
     * The loop of the origins.
     *
     * @return for {@link Origin}
     */
    public Loop origins() {
        return origins;
    }

    /** The server's, if it is known. */
    Optional<ServerProcess> process() {
        return process;
    }

    /**
     * Opens tunnels, few at a time so that no queue of the server's overflows, and waits until each has done something.
     *
     * @param count how many
     * @param kind makes them
     * @return all of them
     * @throws IOException if one of them failed, or nothing happened for too long
     */
    List<Tunnel> open(int count, Supplier<Tunnel> kind) throws IOException {
        long deadline = deadline(count);
        List<Tunnel> tunnels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i >= OPENING_AT_ONCE) {
                Tunnel earlier = tunnels.get(i - OPENING_AT_ONCE);
                until(deadline, () -> busy(earlier), "opening tunnels");
            }
            Tunnel tunnel = kind.get();
            tunnels.add(tunnel);
            clients.execute(tunnel::open);
        }
        until(deadline, () -> tunnels.stream().allMatch(Load::busy), "opening tunnels");
        return tunnels;
    }

    private static boolean busy(Tunnel tunnel) {
        return tunnel.done().get() > 0;
    }

    /**
     * Waits, and comes back early only to throw.
     *
     * @param length how long
     * @throws IOException if the load has failed
     */
    public void pause(Duration length) throws IOException {
        try {
            failure.get(length.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    /**
     * The value of {@link System#nanoTime()} until when the server may take for something with some tunnels.
     *
     * @param tunnels how many
     * @return the deadline
     */
    public long deadline(int tunnels) {
        return System.nanoTime()
                + patience.plus(PATIENCE_PER_TUNNEL.multipliedBy(tunnels)).toNanos();
    }

    /**
     * Waits for something that the server has to bring about.
     *
     * @param deadline from {@link #deadline(int)}
     * @param condition asked again and again
     * @param what for the message of the exception
     * @throws IOException if the load has failed, or the deadline has passed
     */
    public void until(long deadline, BooleanSupplier condition, String what) throws IOException {
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the server stalled: " + what);
            }
            pause(POLL);
        }
    }

    /** The clients first: what ends the tunnels is on this side. */
    @Override
    public void close() {
        clients.close();
        origins.close();
    }
}
