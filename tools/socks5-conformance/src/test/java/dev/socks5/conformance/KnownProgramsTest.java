package dev.socks5.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.socks5.testing.Ports;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Judges programs of others as a user would, and compares every verdict with the one that the league has. */
@Timeout(300)
class KnownProgramsTest {

    private static final Path LEAGUE = Path.of("league").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void microsocks() throws Exception {
        JsonNode known = known("server-microsocks.json");
        requireVersion(known, "microsocks", "dpkg-query", "-W", "-f", "${Version}", "microsocks");
        int port = Ports.free();
        Process server = new ProcessBuilder("microsocks", "-i", "127.0.0.1", "-p", "" + port)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            awaitListener(server, port);
            assertSame(known, "server", "127.0.0.1:" + port, "--pid", "" + server.pid());
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void curl() throws Exception {
        JsonNode known = known("client-curl.json");
        requireVersion(known, "curl", "curl", "--version");
        String fetch = "'" + LEAGUE.resolve("clients").resolve("curl-fetch") + "' {proxy} {url}";
        assertSame(known, "client", "--command", fetch, "--login-command", fetch + " {user} {password}");
    }

    private static JsonNode known(String file) throws IOException {
        return new ObjectMapper().readTree(LEAGUE.resolve(file).toFile());
    }

    /** Skips the test where the program is missing or another one, except that it may not be missing for CI. */
    private static void requireVersion(JsonNode known, String program, String... command) throws Exception {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        assertThat(there || !"true".equals(System.getenv("CI"))).as(program).isTrue();
        assumeTrue(there, program + " is not here");
        String version = known.get("version").asText();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(said.contains(version), program + " is not of version " + version + ": " + said);
    }

    private static void awaitListener(Process server, int port) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline && server.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return;
            } catch (IOException e) {
                Thread.sleep(20); // A program says to nobody when it listens.
            }
        }
        throw new AssertionError("does not listen");
    }

    private void assertSame(JsonNode known, String... command) throws IOException {
        Path results = folder.resolve("results.json");
        String[] args = Stream.concat(
                        Stream.of(command),
                        Stream.of("--patience", "2", "--no-transcript", "--no-color", "--json", results.toString()))
                .toArray(String[]::new);
        StringWriter out = new StringWriter();
        int status = Conformance.commandLine().setOut(new PrintWriter(out)).execute(args);
        assertThat(status).as(out.toString()).isEqualTo(1); // Each of them fails something.
        assertThat(verdicts(new ObjectMapper().readTree(results.toFile())))
                .as(out.toString())
                .isEqualTo(verdicts(known));
    }

    private static Map<String, String> verdicts(JsonNode results) {
        Map<String, String> verdicts = new TreeMap<>();
        for (JsonNode one : results.get("cases")) {
            verdicts.put(one.get("id").asText(), one.get("verdict").asText());
        }
        return verdicts;
    }
}
