package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.internal.net.EventLoop;
import java.io.File;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Looks for what a server still holds when its connections have ended: places, timers, work, descriptors; and for
 * warnings.
 */
public final class Remains {

    private final Warnings warnings = new Warnings();
    private final Socks5Server server;
    private final int descriptors;

    /**
     * Counts what there is before the connections that are looked at; what the JDK opens once should be open by now.
     */
    public Remains(Socks5Server server) {
        this.server = server;
        this.descriptors = descriptors();
    }

    /** Waits until nothing is held any more. Everything else that the test has opened has to be closed. */
    public void awaitNone() throws InterruptedException {
        await(() -> server.core().connectionLimits().connections() == 0);
        for (EventLoop loop : server.loops()) {
            assertThat(timers(loop)).as("timers").isZero();
        }
        ServerStatistics statistics = server.statistics();
        assertThat(statistics.tunnels()).as("tunnels").isZero();
        assertThat(statistics.associations()).as("associations").isZero();
        assertThat(server.core().lobby().size()).as("handshakes").isZero();
        assertThat(server.core().registry().tickets()).as("sessions").isEmpty();
        assertThat(server.core().userLimits().size()).as("users").isZero();
        await(() -> server.core().blockingWork().underWay() == 0);
        await(() -> descriptors() <= descriptors);
        warnings.assertNone();
    }

    /** Asked on the loop: what ends a connection has run to its end by then. */
    private static int timers(EventLoop loop) throws InterruptedException {
        AtomicInteger size = new AtomicInteger(-1);
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> {
            size.set(loop.timers().size());
            done.countDown();
        });
        assertThat(done.await(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        return size.get();
    }

    /** Polls what nothing announces, for ten seconds. */
    public static void await(BooleanSupplier condition) throws InterruptedException {
        for (int patience = 0; !condition.getAsBoolean(); patience++) {
            assertThat(patience).as("waited for ten seconds").isLessThan(1_000);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Of this process; 0 where the system does not say. */
    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }
}
