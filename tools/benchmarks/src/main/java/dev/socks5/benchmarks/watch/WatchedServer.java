package dev.socks5.benchmarks.watch;

import dev.socks5.server.AccessRules;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.operation.OpenSession;
import dev.socks5.server.operation.Usage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** A server that tells at an interval what its sessions have relayed, and that is asked for all of them as often. */
final class WatchedServer implements AutoCloseable {

    /**
     * One look at a server.
     *
     * @param sessions how many were listed
     * @param relayed the bytes that these had relayed, both ways
     * @param nanos how long the list took to make
     * @param told how often the listener has been told of a session that moved, so far
     */
    record Look(int sessions, long relayed, long nanos, long told) {}

    private final LongAdder told = new LongAdder();
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor();
    private final Socks5Server server;
    private final Consumer<Look> looks;

    /**
     * Starts it on loopback, open to loopback.
     *
     * @param port where it listens; 0 for any
     * @param interval between two looks, and between two reports on a session
     * @param looks is given each
     */
    WatchedServer(int port, Duration interval, Consumer<Look> looks) throws IOException {
        this.looks = looks;
        server = Socks5Server.builder()
                .listen("127.0.0.1", port)
                .accessRule(AccessRules.builder().allow("127.0.0.0/8").build())
                .progressEvery(interval)
                .listener(new Socks5ServerListener() {
                    @Override
                    public void progressed(SessionInfo session, Usage soFar) {
                        told.increment();
                    }
                })
                .start();
        long nanos = interval.toNanos();
        var unused = watcher.scheduleAtFixedRate(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        long begun = System.nanoTime();
        List<OpenSession> sessions = server.sessions();
        long nanos = System.nanoTime() - begun;
        long relayed = sessions.stream()
                .mapToLong(
                        session -> session.usage().bytesUp() + session.usage().bytesDown())
                .sum();
        looks.accept(new Look(sessions.size(), relayed, nanos, told.sum()));
    }

    InetSocketAddress address() {
        return server.localAddresses().get(0);
    }

    @Override
    public void close() {
        watcher.shutdownNow();
        server.close();
    }
}
