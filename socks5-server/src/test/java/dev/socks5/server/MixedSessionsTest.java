package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.session.Core;
import java.io.File;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Four thousand sessions of all kinds, with whatever can fail failing; and then nothing is left. A seed given as the
 * system property {@code mixed.seed} repeats a mix.
 */
@Timeout(180)
class MixedSessionsTest {

    private static final int SESSIONS = 4_000;
    private static final int THREADS = 16;
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final int MEGABYTE = 1 << 20;

    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final FaultyPolicies policies = new FaultyPolicies();

    private final Socks5ServerListener counter = new Socks5ServerListener() {
        @Override
        public void accepted(SessionInfo session) {
            accepted.incrementAndGet();
        }

        @Override
        public void closed(SessionInfo session, SessionEnd ending) {
            closed.incrementAndGet();
        }
    };

    private Socks5Server start() throws Exception {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(2)
                .executor(policies.executor())
                .authenticator(policies.authenticator())
                .accessRule(policies.rule())
                .resolver(policies.resolver())
                .listener(counter)
                .listener(FaultyPolicies.listener())
                .handshakeTimeout(LIMIT)
                .connectTimeout(LIMIT)
                .maxConnections(5_000)
                .maxPerClient(4_000)
                .maxPerUser(3_000)
                .loginThrottle(1_000_000, Duration.ofHours(1))
                .bandwidthPerConnection(2 * MEGABYTE)
                .bandwidthPerUser(20 * MEGABYTE)
                .start();
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        long seed = Long.getLong("mixed.seed", System.nanoTime());
        System.out.println("mixed.seed=" + seed);
        Logger log = Logger.getLogger("dev.socks5.server");
        Level before = log.getLevel();
        log.setLevel(Level.OFF);
        InetSocketAddress nobody = Origin.nobody();
        try (policies;
                MoodyOrigin origin = new MoodyOrigin();
                Deaf deaf = new Deaf("127.0.0.1");
                Socks5Server server = start();
                MixedSessions sessions = new MixedSessions(server, origin, nobody, deaf.address())) {
            play(sessions, seed, SESSIONS / 20); // What the JDK opens once, it opens here.
            awaitNothing(server, sessions, SESSIONS / 20);
            int descriptors = descriptors();
            play(sessions, seed + 1, SESSIONS);
            awaitNothing(server, sessions, SESSIONS / 20 + SESSIONS);
            await(() ->
                    descriptors() <= descriptors); // Those of the origin are closed by its own threads, a moment later.
        } finally {
            log.setLevel(before);
        }
    }

    private void play(MixedSessions sessions, long seed, int count) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                    playOne(sessions, seed + 1_000_003L * number);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(
                    failures.size() + " of " + count + " sessions failed; the first:", failures.peek());
        }
    }

    private void playOne(MixedSessions sessions, long seed) {
        try {
            sessions.play(new Random(seed));
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    /** Until the server has given up on what the clients have left hanging; then nothing may be held any more. */
    private void awaitNothing(Socks5Server server, MixedSessions sessions, int expected) throws Exception {
        Core core = server.core();
        await(() -> accepted.get() >= expected); // Clients that came and went may still be in the system's queue.
        assertThat(core.connectionLimits().awaitNone(LIMIT.multipliedBy(10))).isTrue();
        sessions.close();
        for (EventLoop loop : server.loops()) {
            assertThat(timersOf(loop)).isZero(); // Asked on the loop: what ends a connection has run to its end, too.
        }
        assertThat(accepted).hasValue(expected);
        assertThat(closed).hasValue(expected);
        assertThat(core.lobby().size()).isZero();
        assertThat(core.userLimits().size()).isZero();
        await(() -> {
            policies.releaseAll();
            return core.blockingWork().underWay() == 0;
        });
    }

    /** Polls what nothing announces. */
    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int patience = 0; !condition.getAsBoolean(); patience++) {
            assertThat(patience).isLessThan(1_000);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static int timersOf(EventLoop loop) throws InterruptedException {
        AtomicInteger size = new AtomicInteger(-1);
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> {
            size.set(loop.timers().size());
            done.countDown();
        });
        done.await();
        return size.get();
    }

    /** Of this process; 0 where the system does not say. */
    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }
}
