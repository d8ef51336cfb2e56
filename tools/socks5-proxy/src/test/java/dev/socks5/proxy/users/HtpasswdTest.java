package dev.socks5.proxy.users;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Apache's own program, where it is installed. */
@EnabledIf("isThere")
@Timeout(60)
class HtpasswdTest {

    private static final Path PROGRAM = Path.of("/usr/bin/htpasswd");

    @TempDir
    private Path folder;

    static boolean isThere() {
        return Files.isExecutable(PROGRAM) || "true".equals(System.getenv("CI")); // There it has to be.
    }

    private static int run(String password, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write((password + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            // It may have ended.
        }
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    @Test
    void theFileThatItMakesIsAUsersFile() throws Exception {
        Path file = folder.resolve("users");
        assertThat(run("secret", "-ciB", file.toString(), "alice")).isZero();
        assertThat(run("pässwörd:x", "-iBC", "6", file.toString(), "bob")).isZero();
        List<User> users = User.parseAll(Files.readString(file));
        assertThat(users).extracting(User::name).containsExactly("alice", "bob");
        assertThat(Bcrypt.matches("secret".getBytes(UTF_8), hash(users.get(0)))).isTrue();
        assertThat(Bcrypt.matches("pässwörd:x".getBytes(UTF_8), hash(users.get(1))))
                .isTrue();
        assertThat(Bcrypt.matches("secret".getBytes(UTF_8), hash(users.get(1)))).isFalse();
    }

    private static String hash(User user) {
        return ((Password.Hash) user.password()).text();
    }

    @Test
    void itTakesTheHashesThatAreMadeHere() throws Exception {
        Path file = folder.resolve("users");
        Files.writeString(file, "alice:" + Bcrypt.hash("pässwörd".getBytes(UTF_8), 4) + "\n");
        assertThat(run("pässwörd", "-iv", file.toString(), "alice")).isZero();
        assertThat(run("passwort", "-iv", file.toString(), "alice")).isEqualTo(3);
    }
}
