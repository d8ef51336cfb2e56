package dev.socks5.junit.internal.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar as an agent, in JVMs that let no agent attach itself. */
class AgentIT {

    private static final String FORBIDDEN = "-XX:-EnableDynamicAgentLoading";
    private static final String MAIN = GuardedMain.class.getName();
    private static final Path TESTS = Path.of("target", "test-classes");

    /** On a machine whose loopback address has another name than usual, and which does not know its own. */
    @Test
    void guardsOnTheClassPath(@TempDir Path directory) throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 here.example.com\n");
        String output = run(
                "-javaagent:" + jar(),
                FORBIDDEN,
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                join(jar(), TESTS, libraries()),
                MAIN);
        assertGuards(output, "unnamed");
        assertThat(output)
                .contains("loopback: here.example.com")
                .contains("local host: unknown")
                .contains("findings: none");
    }

    @Test
    void guardsOnTheModulePath() throws Exception {
        String output = run(
                "-javaagent:" + jar(),
                FORBIDDEN,
                "-p",
                join(jar(), libraries()),
                "--patch-module",
                "dev.socks5.junit=" + TESTS,
                "-m",
                "dev.socks5.junit/" + MAIN);
        assertGuards(output, "module dev.socks5.junit");
    }

    /** At once: an attempt to attach ends after ten seconds with the second option. */
    @ParameterizedTest
    @ValueSource(strings = {FORBIDDEN, "-XX:+DisableAttachMechanism"})
    void saysWhatIsMissing(String option) throws Exception {
        String output = run(option, "-cp", join(jar(), TESTS, libraries()), MAIN);
        assertThat(output)
                .contains("IllegalStateException: @NoDirectConnections needs an agent")
                .contains("Start it with -javaagent:" + jar().toAbsolutePath() + "\n")
                .contains("Caused by: java.lang.IllegalStateException: the JVM was started with " + option)
                .doesNotContain("net.bytebuddy.agent.attacher.dump")
                .doesNotContain("connected: ");
    }

    private static void assertGuards(String output, String module) {
        assertThat(output)
                .contains("module: " + module)
                .contains("Byte Buddy before: false")
                .contains("refused: refused by @NoDirectConnections: connection to 127.0.0.1:")
                .contains("connected: false")
                .contains("afterwards: true")
                .doesNotContain("WARNING");
    }

    private static Path jar() throws IOException {
        try (var files = Files.newDirectoryStream(Path.of("target"), "socks5-junit-*.jar")) {
            for (Path file : files) {
                if (!file.toString().matches(".*(sources|javadoc)\\.jar")) {
                    return file;
                }
            }
        }
        throw new IOException("there is no jar");
    }

    /** What the tests have, except this module itself. */
    private static String libraries() {
        Set<String> entries = new LinkedHashSet<>();
        for (String property : List.of("jdk.module.path", "java.class.path")) {
            entries.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
        }
        Path target = Path.of("target").toAbsolutePath();
        entries.removeIf(
                entry -> entry.isEmpty() || Path.of(entry).toAbsolutePath().startsWith(target));
        return String.join(File.pathSeparator, entries);
    }

    private static String join(Object... paths) {
        List<String> texts = new ArrayList<>();
        for (Object path : paths) {
            texts.add(path.toString());
        }
        return String.join(File.pathSeparator, texts);
    }

    private static String run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }
}
