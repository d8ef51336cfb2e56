package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two files that belong together, here a number each, on a stepped clock. */
@Timeout(60)
class RenewedTest {

    private static final long SECOND = 1_000_000_000;

    private final List<String> log = new ArrayList<>();
    private Path first;
    private Path second;
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND / 2); // It may wrap.
    private Renewed<String> renewed;
    private boolean unreadable;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        first = Files.writeString(folder.resolve("first"), "1");
        second = Files.writeString(folder.resolve("second"), "1");
        renewed = new Renewed<>(List.of(first, second), this::read, log::add, clock::get);
    }

    private String read() {
        if (unreadable) {
            throw new IllegalArgumentException("permission denied");
        }
        try {
            String text = Files.readString(first);
            if (!text.equals(Files.readString(second))) {
                throw new IllegalArgumentException("they do not fit");
            }
            return text;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read it", e);
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Path other = Files.writeString(file.resolveSibling("other"), text);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void filesThatChangeAreReadAgain() throws IOException {
        replace(first, "2");
        replace(second, "2");
        clock.addAndGet(SECOND);
        assertThat(renewed.current()).isEqualTo("2");
        assertThat(log).singleElement().asString().endsWith(": 2");
        clock.addAndGet(SECOND);
        assertThat(renewed.current()).isEqualTo("2");
        assertThat(log).hasSize(1);
    }

    /** Not by a rename, with a longer text. */
    @Test
    void filesThatAreWrittenOverAreReadAgain() throws IOException {
        Files.writeString(first, "22");
        Files.writeString(second, "22");
        clock.addAndGet(SECOND);
        assertThat(renewed.current()).isEqualTo("22");
    }

    @Test
    void itLooksOnceASecond() throws IOException {
        replace(first, "2");
        replace(second, "2");
        clock.addAndGet(SECOND - 1);
        assertThat(renewed.current()).isEqualTo("1");
        clock.incrementAndGet();
        assertThat(renewed.current()).isEqualTo("2");
    }

    @Test
    void whoCannotWaitHasItLookAtOnce() throws IOException {
        replace(first, "2");
        replace(second, "2");
        renewed.lookNow();
        assertThat(renewed.current()).isEqualTo("2");
        renewed.lookNow();
        assertThat(log).hasSize(1);
    }

    @Test
    void whatDoesNotFitIsToldOnceAndTheOldHolds() throws IOException {
        replace(first, "2");
        for (int i = 0; i < 3; i++) {
            clock.addAndGet(SECOND);
            assertThat(renewed.current()).isEqualTo("1");
        }
        assertThat(log).singleElement().asString().contains("what they had before holds", "they do not fit");
        replace(second, "2");
        clock.addAndGet(SECOND);
        assertThat(renewed.current()).isEqualTo("2");
        assertThat(log).hasSize(2);
    }

    @Test
    void aFileThatIsGoneIsToldOnceAndTheOldHolds() throws IOException {
        Files.delete(second);
        for (int i = 0; i < 3; i++) {
            clock.addAndGet(SECOND);
            assertThat(renewed.current()).isEqualTo("1");
        }
        assertThat(log).singleElement().asString().contains("cannot read it");
    }

    /** Another mode of a file does not show. */
    @Test
    void whatCouldNotBeReadIsTriedAgainWithoutAChange() throws IOException {
        unreadable = true;
        replace(first, "2");
        replace(second, "2");
        for (int i = 0; i < 2; i++) {
            clock.addAndGet(SECOND);
            assertThat(renewed.current()).isEqualTo("1");
        }
        assertThat(log).hasSize(1);
        renewed.lookNow();
        assertThat(log).as("told to who asks").hasSize(2);
        unreadable = false;
        clock.addAndGet(SECOND);
        assertThat(renewed.current()).isEqualTo("2");
        assertThat(log).last().asString().endsWith("hold from now on: 2");
        clock.addAndGet(SECOND);
        renewed.current();
        assertThat(log).hasSize(3);
    }

    @Test
    void whoAsksHasItReadInAnyCase() throws IOException {
        unreadable = true;
        renewed.lookNow();
        assertThat(renewed.current()).isEqualTo("1");
        assertThat(log).singleElement().asString().contains("permission denied");
    }

    /** As Kubernetes and certbot do it. */
    @Test
    void aLinkThatLeadsElsewhereIsFollowed() throws IOException {
        Path one = Files.writeString(first.resolveSibling("one"), "3");
        Path two = Files.writeString(first.resolveSibling("two"), "4");
        Files.setLastModifiedTime(two, Files.getLastModifiedTime(one));
        for (Path file : List.of(first, second)) {
            Files.delete(file);
            Files.createSymbolicLink(file, one);
        }
        clock.addAndGet(SECOND);
        assertThat(renewed.current()).isEqualTo("3");
        for (Path file : List.of(first, second)) {
            Files.delete(file);
            Files.createSymbolicLink(file, two);
        }
        clock.addAndGet(SECOND);
        assertThat(renewed.current()).isEqualTo("4");
    }

    /** Else what changes while it is read would never be read. */
    @Test
    void whatChangesMeanwhileIsReadNextTime() throws IOException {
        boolean[] changes = {true};
        Renewed<String> racing = new Renewed<>(
                List.of(first, second),
                () -> {
                    String read = read();
                    if (changes[0]) {
                        changes[0] = false;
                        try {
                            replace(first, "2");
                            replace(second, "2");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                    return read;
                },
                log::add,
                clock::get);
        assertThat(racing.current()).isEqualTo("1");
        clock.addAndGet(SECOND);
        assertThat(racing.current()).isEqualTo("2");
    }

    @Test
    void nobodyWaitsForWhoIsReading() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        boolean[] started = {false};
        Renewed<String> slow = new Renewed<>(
                List.of(first, second),
                () -> {
                    if (started[0]) {
                        reading.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IllegalArgumentException(e);
                        }
                    }
                    started[0] = true;
                    return read();
                },
                log::add,
                clock::get);
        replace(first, "2");
        replace(second, "2");
        clock.addAndGet(SECOND);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<String> renewing = executor.submit(slow::current);
            reading.await();
            assertThat(slow.current()).isEqualTo("1");
            goOn.countDown();
            assertThat(renewing.get(10, TimeUnit.SECONDS)).isEqualTo("2");
        } finally {
            goOn.countDown();
            executor.shutdownNow();
        }
    }

    @Test
    void theFirstTimeItHasToBeGood() throws IOException {
        replace(first, "2");
        assertThatThrownBy(() -> new Renewed<>(List.of(first, second), this::read, log::add, clock::get))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
