package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.proxy.reload.ReloadSteps;
import dev.socks5.server.Socks5Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Users from a pipe, as a shell's {@code <(...)} makes one: they stay, and the other files change all the same. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class StreamFilesTest {

    @Test
    void whatAPipeGaveIsKeptWhileOtherFilesChange(@TempDir Path folder) throws Exception {
        Path users = folder.resolve("users");
        Path rules = Files.writeString(folder.resolve("rules"), "deny 192.0.2.1\n");
        assertThat(new ProcessBuilder("mkfifo", users.toString()).start().waitFor(20, TimeUnit.SECONDS))
                .isTrue();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            Future<?> written = writer.submit(() -> Files.writeString(users, "alice:secret")); // Waits for the reader.
            ReloadSteps steps =
                    FilesOfOptions.read(Socks5Server.builder(), users, rules).steps();
            written.get();
            Files.writeString(rules, "deny 192.0.2.1\ndeny 192.0.2.2\n");
            steps.lookUntilStill();
            assertThat(steps.taken()).singleElement().satisfies(taken -> {
                assertThat(taken.users()).containsOnlyKeys("alice");
                assertThat(taken.rules()).hasSize(2);
            });
            assertThat(steps.log().stream().filter(line -> line.contains("no regular file")))
                    .containsExactly("--users-file " + users + ": no regular file, which is read at the start alone");
            assertThat(steps.log()).contains("reloaded: 1 rule added");
        } finally {
            writer.shutdownNow();
        }
    }
}
