package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LineWriterTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private static LineWriter writer(OutputStream out) {
        return new LineWriter("test", out, count -> "dropped " + count);
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void closeWritesAllThatCameBefore() {
        List<String> expected =
                IntStream.range(0, 20_000).mapToObj(i -> "line " + i).toList();
        try (LineWriter writer = writer(written)) {
            expected.forEach(writer::print);
        }
        assertThat(lines()).isEqualTo(expected);
    }

    @Test
    void linesComeOutWithoutBeingAskedFor() throws Exception {
        CountDownLatch flushed = new CountDownLatch(1);
        OutputStream out = new OutputStream() {
            @Override
            public void write(int octet) {
                written.write(octet);
            }

            @Override
            public void flush() {
                flushed.countDown();
            }
        };
        try (LineWriter writer = writer(out)) {
            writer.print("one");
            flushed.await();
            assertThat(lines()).containsExactly("one");
        }
    }

    @Test
    void anOutputThatTakesNothingHoldsNobodyUp() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        OutputStream out = new OutputStream() {
            @Override
            public void write(int octet) {
                throw new AssertionError("lines are written whole");
            }

            @Override
            public void write(byte[] octets) throws IOException {
                stuck.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                written.write(octets);
            }
        };
        String line = "x".repeat(1024 - LineWriter.OVERHEAD);
        int fit = LineWriter.CAPACITY / 1024;
        try (LineWriter writer = writer(out)) {
            writer.print("first");
            stuck.await();
            for (int i = 0; i < fit + 7; i++) { // All of it while the output is stuck: it returns all the same.
                writer.print(line);
            }
            release.countDown();
        }
        assertThat(lines()).hasSize(fit + 2).startsWith("first", line).endsWith(line, "dropped 7");
    }

    /** A small heap must not be filled by what waits for an output that is stuck. */
    @ParameterizedTest
    @CsvSource({"16, 256", "64, 1024", "127, 2032", "128, 2048", "8192, 2048"})
    void whatMayWaitDependsOnTheMemory(long mebibytes, int kibicharacters) {
        assertThat(LineWriter.capacity(mebibytes << 20)).isEqualTo(kibicharacters << 10);
        assertThat(LineWriter.capacity(Long.MAX_VALUE)).isEqualTo(2 << 20); // No limit.
        assertThat(LineWriter.CAPACITY)
                .isEqualTo(LineWriter.capacity(Runtime.getRuntime().maxMemory()));
    }

    @Test
    void anOutputThatFailsIsTriedAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        Semaphore attempts = new Semaphore(0);
        OutputStream out = new OutputStream() {
            @Override
            public void write(int octet) {
                throw new AssertionError("lines are written whole");
            }

            @Override
            public void write(byte[] octets) throws IOException {
                attempts.release();
                if (failures.getAndDecrement() > 0) {
                    written.write(octets, 0, 3);
                    throw new IOException("no space left, on purpose");
                }
                written.write(octets);
            }
        };
        try (LineWriter writer = writer(out)) {
            writer.print("one");
            attempts.acquire();
            writer.print("two");
            attempts.acquire();
            writer.print("three");
            attempts.acquire();
            writer.print("four");
        }
        assertThat(lines()).containsExactly("one", "tw", "three", "dropped 2", "four");
    }

    @Test
    void whatWasTornInAnotherFileLeavesNoMarkInANewOne() throws Exception {
        Semaphore attempts = new Semaphore(0);
        boolean[] failing = {true};
        OutputStream out = new OutputStream() {
            @Override
            public void write(int octet) {
                throw new AssertionError("lines are written whole");
            }

            @Override
            public void write(byte[] octets) throws IOException {
                attempts.release();
                if (failing[0]) {
                    throw new IOException("no space left, on purpose");
                }
                written.write(octets);
            }
        };
        try (LineWriter writer = writer(out)) {
            writer.print("one");
            attempts.acquire();
            writer.between(() -> {
                failing[0] = false;
                return true;
            });
            writer.print("two");
        }
        assertThat(lines()).containsExactly("two", "dropped 1");
    }

    /** As when memory runs out for a moment, while the text is put together. */
    @Test
    void aFailureBeforeTheOutputIsReachedCostsNoMore() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        LineWriter writer = new LineWriter("test", written, count -> {
            if (failed.getCount() > 0) {
                failed.countDown();
                throw new OutOfMemoryError("on purpose");
            }
            return "dropped " + count;
        });
        writer.print("x".repeat(LineWriter.CAPACITY)); // Too long.
        failed.await();
        writer.print("next");
        writer.close();
        assertThat(lines()).containsExactly("next", "dropped 1");
    }

    @Test
    void aFailingOutputIsNotTriedForNothing() throws Exception {
        Semaphore attempts = new Semaphore(0);
        OutputStream out = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                attempts.release();
                throw new IOException("broken on purpose");
            }
        };
        LineWriter writer = writer(out);
        writer.print("one");
        attempts.acquire();
        writer.close(); // Once more, to tell that a line was dropped.
        attempts.acquire();
        assertThat(attempts.availablePermits()).isZero();
        writer.print("after the end");
    }
}
