package dev.socks5.simulation.network;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An attempt of the simulated host to connect. */
final class Attempt {

    /** When Linux gives up. */
    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(127);

    private final SimulatedNetwork network;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Runnable watcher;
    private @Nullable TcpEnd end;
    private @Nullable IOException failure;
    private boolean over;
    private boolean cancelled;

    Attempt(SimulatedNetwork network, InetSocketAddress local, InetSocketAddress remote, Runnable watcher) {
        this.network = network;
        this.local = local;
        this.remote = remote;
        this.watcher = watcher;
    }

    InetSocketAddress remote() {
        return remote;
    }

    boolean isOver() {
        return over;
    }

    TcpEnd result() throws IOException {
        if (failure != null) {
            throw failure;
        }
        return Objects.requireNonNull(end);
    }

    void start() throws SocketException {
        World world = network.world();
        network.dialled(local, remote, false);
        world.trace().add(Trace.Kind.CONNECT, local, remote);
        long latency = network.latency();
        switch (fate()) {
            case UNREACHABLE -> throw new SocketException("Network is unreachable");
            case REFUSED -> fail(2 * latency, new ConnectException("Connection refused"));
            case NO_ROUTE -> fail(2 * latency, new NoRouteToHostException("No route to host"));
            case TIMES_OUT -> fail(TIMEOUT, new ConnectException("Connection timed out"));
            case SILENT -> {}
            case OPEN -> {
                if (network.happens(Fault.CONNECT_AT_ONCE)) {
                    arrive(0);
                } else {
                    world.after(latency, () -> arrive(latency));
                }
            }
        }
    }

    private Reachability fate() {
        Reachability there = network.reachability(remote);
        if (there != Reachability.OPEN) {
            return there;
        }
        if (network.happens(Fault.CONNECT_UNREACHABLE)) {
            return Reachability.UNREACHABLE;
        }
        if (network.happens(Fault.CONNECT_REFUSED)) {
            return Reachability.REFUSED;
        }
        if (network.happens(Fault.CONNECT_NO_ROUTE)) {
            return Reachability.NO_ROUTE;
        }
        if (network.happens(Fault.CONNECT_SILENT)) {
            return Reachability.SILENT;
        }
        return network.happens(Fault.CONNECT_TIMES_OUT) ? Reachability.TIMES_OUT : Reachability.OPEN;
    }

    private void arrive(long wayBack) {
        if (cancelled) {
            return;
        }
        if (network.peers().isFull(remote)) {
            fail(TIMEOUT, new ConnectException("Connection timed out"));
            return;
        }
        @Nullable TcpLink link = network.peers().connect(local, remote);
        if (link == null) {
            fail(wayBack, new ConnectException("Connection refused"));
            return;
        }
        end = link.from();
        if (wayBack == 0) {
            over = true;
        } else {
            network.world().after(wayBack, this::finish);
        }
    }

    private void fail(long nanos, IOException why) {
        failure = why;
        if (nanos == 0) {
            over = true;
        } else {
            network.world().after(nanos, this::finish);
        }
    }

    private void finish() {
        if (!cancelled) {
            over = true;
            network.world().trace().add(failure == null ? Trace.Kind.CONNECTED : Trace.Kind.REFUSED, remote, local);
            watcher.run();
        }
    }

    void cancel() {
        cancelled = true;
        if (end != null) {
            end.close(true);
        }
    }
}
