package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** What becomes true soon, with no event that tells. */
public final class Eventually {

    private static final String SYN_SENT = "02";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Eventually() {}

    public static void isTrue(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(LIMIT);
            Thread.sleep(10);
        }
    }

    /** Waits until a number that grows has stopped growing for a while. */
    public static void isStuck(LongSupplier number) throws InterruptedException {
        long before = -1;
        while (number.getAsLong() != before) {
            before = number.getAsLong();
            Thread.sleep(300);
        }
    }

    /** How many sockets of this host are connecting to a port, and have no answer. */
    public static long dialling(int port) {
        String remote = ":%04X".formatted(port);
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(Eventually::lines)
                .map(line -> line.strip().split("\\s+", -1))
                .filter(fields -> fields[2].endsWith(remote) && fields[3].equals(SYN_SENT))
                .count();
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many files, sockets and so on this process has open. */
    public static int descriptors() {
        return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
    }
}
