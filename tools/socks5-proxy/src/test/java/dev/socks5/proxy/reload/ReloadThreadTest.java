package dev.socks5.proxy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.proxy.input.GivenFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReloadThreadTest {

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final LiveServer server = new LiveServer() {
        @Override
        public void take(UsersAndRules value) {
            events.add("taken");
        }

        @Override
        public OptionalInt endRemoved() {
            return OptionalInt.empty();
        }
    };

    /** Without a signal here, which would be for the whole process. */
    private ReloadThread start(List<GivenFile> files, Runnable onHangup) {
        Reload reload = new Reload(
                files,
                () -> new Loaded(
                        new UsersAndRules(
                                Map.of(),
                                files.stream()
                                        .flatMap(file -> file.read(Rule::parseAll).value().stream())
                                        .toList()),
                        List.of(),
                        List.of()),
                events::add,
                () -> System.nanoTime() * 100); // Still after 10 ms.
        ReloadThread thread = new ReloadThread(Duration.ofMillis(20), reload, server, List.of(onHangup), events::add);
        thread.start();
        return thread;
    }

    @Test
    void itLooksByItself(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("rules"), "deny a\n");
        try (ReloadThread thread = start(List.of(new GivenFile("--rules-file", file)), () -> {})) {
            assertThat(thread).isNotNull();
            Path other = Files.writeString(folder.resolve("other"), "deny a\ndeny b\n");
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE); // Half of it is never there.
            assertThat(events.take()).isEqualTo("taken");
            assertThat(events.take()).isEqualTo("reloaded: 1 rule added");
        }
    }

    @Test
    void asSoonAsItIsAskedItDoesWhatElseThereIsAndAnswers() throws Exception {
        try (ReloadThread thread = start(List.of(), () -> events.add("log opened"))) {
            for (int i = 0; i < 2; i++) {
                thread.ask();
                assertThat(events.take()).isEqualTo("log opened");
                assertThat(events.take()).isEqualTo("reloaded: nothing has changed");
            }
        }
    }

    @Test
    void itOutlivesAFailure() throws Exception {
        boolean[] failing = {true};
        try (ReloadThread thread = start(List.of(), () -> {
            if (failing[0]) {
                failing[0] = false;
                throw new IllegalStateException("on purpose");
            }
        })) {
            thread.ask();
            assertThat(events.take()).contains("on purpose");
            assertThat(events.take()).isEqualTo("reloaded: nothing has changed");
            thread.ask();
            assertThat(events.take()).isEqualTo("reloaded: nothing has changed");
        }
    }
}
