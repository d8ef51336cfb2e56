package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A few seconds of {@link Soak}. {@code -Dsoak.seconds=600 -Dsoak.clients=200} makes it longer, and prints what it sees
 * from time to time.
 */
class SoakTest {

    private static final File DESCRIPTORS = new File("/proc/self/fd");
    private static final int SECONDS = Integer.getInteger("soak.seconds", 3);
    private static final int CLIENTS = Integer.getInteger("soak.clients", 50);
    private static final int PERIODS = SECONDS < 60 ? 1 : 10;

    private final AtomicLong open = new AtomicLong();

    @Test
    void nothingFailsAndNothingIsLeft() throws Exception {
        assumeTrue(DESCRIPTORS.exists(), "no way to count descriptors here");
        Socks5ServerListener counter = new Socks5ServerListener() {
            @Override
            public void accepted(SessionInfo session) {
                open.incrementAndGet();
            }

            @Override
            public void closed(SessionInfo session, SessionEnd ending) {
                open.decrementAndGet();
            }
        };
        long seed = System.nanoTime();
        List<String> seen = new ArrayList<>();
        int before = descriptors();
        try (Socks5Server server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .handshakeTimeout(Duration.ofMinutes(1))
                .listener(counter)
                .start()) {
            try (Soak soak = new Soak(server.localAddresses().get(0))) {
                for (int i = 0; i < PERIODS; i++) {
                    soak.run(CLIENTS, Duration.ofSeconds(SECONDS / PERIODS), seed + i * 1_000L);
                    seen.add(soak + ", heap " + heapMegabytes() + " MB, " + descriptors() + " descriptors");
                    if (PERIODS > 1) {
                        System.out.println(seen.get(i));
                    }
                }
                assertThat(soak.errors).as("with seed %d: %s", seed, seen).isEmpty();
                assertThat(soak.connects.sum()).isPositive();
                assertThat(soak.binds.sum()).isPositive();
                assertThat(soak.associations.sum()).isPositive();
                assertThat(soak.aborted.sum()).isPositive();
            }
            assertThat(server.shutdown(Duration.ofSeconds(30)))
                    .as("all ends by itself")
                    .isTrue();
        }
        assertThat(open).hasValue(0);
        assertThat(descriptors()).as(seen.toString()).isLessThanOrEqualTo(before + SPARE);
    }

    /** What the JDK opens once and keeps. */
    private static final int SPARE = 4;

    private static int descriptors() {
        String[] names = DESCRIPTORS.list();
        return names == null ? 0 : names.length;
    }

    private static long heapMegabytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }
}
