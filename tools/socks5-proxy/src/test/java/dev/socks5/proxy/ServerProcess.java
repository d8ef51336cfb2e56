package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stand-alone jar, as a process that runs. */
final class ServerProcess implements AutoCloseable {

    /** Not SIGINT, which whatever runs in the background of a shell has been told to ignore. */
    static final int SIGTERM = 15;

    private static final Path JAR = Path.of("target", "socks5-server.jar").toAbsolutePath();

    private final Process process;
    private final BufferedReader messages;
    private final boolean redirected;
    private final Endpoint address;

    private ServerProcess(Process process, BufferedReader messages, boolean redirected) throws IOException {
        this.process = process;
        this.messages = messages;
        this.redirected = redirected;
        try {
            String line = Objects.requireNonNull(firstBehindWarnings(messages), "it has ended");
            assertThat(line).startsWith("Listening on ");
            assertThat(messages.readLine()).startsWith("Try:  curl --socks5-hostname 127.0.0.1:");
            this.address =
                    Endpoint.parse(line.substring("Listening on ".length()).replace(", login required", ""));
        } catch (Throwable e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static @Nullable String firstBehindWarnings(BufferedReader messages) throws IOException {
        String line = messages.readLine();
        while (line != null && line.startsWith("socks5-server: warning: ")) {
            line = messages.readLine();
        }
        return line;
    }

    /** What starts it, with at most so many descriptors. */
    static ProcessBuilder command(int descriptors, String jvmOption, String... options) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "ulimit -n " + descriptors + " && exec \"$@\"",
                "sh",
                java,
                "-XX:TieredStopAtLevel=1", // It lives for a second.
                jvmOption,
                "-jar",
                JAR.toString()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** Starts it, and waits for the address that it prints: on standard error unless that is redirected. */
    static ServerProcess start(ProcessBuilder command) throws IOException {
        Process process = command.start();
        return new ServerProcess(
                process,
                command.redirectErrorStream()
                        ? process.inputReader(StandardCharsets.UTF_8)
                        : process.errorReader(StandardCharsets.UTF_8),
                command.redirectErrorStream());
    }

    Process process() {
        return process;
    }

    Endpoint address() {
        return address;
    }

    Socks5ClientBuilder client() {
        return Socks5Client.builder().proxy(address.toInetSocketAddress()).connectTimeout(Duration.ofSeconds(20));
    }

    void send(int signal) throws Exception {
        send(signal, process);
    }

    static void send(int signal, Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Waits for a message that has this in it. */
    void awaitMessage(String part) throws IOException {
        String line = messages.readLine();
        while (!line.contains(part)) {
            line = messages.readLine();
            assertThat(line).as("it ends before it says " + part).isNotNull();
        }
    }

    /** Has it end by a signal, and returns what it has printed on standard output since it was started. */
    String stop(int signal) throws Exception {
        send(signal);
        String output = (redirected ? messages : process.inputReader(StandardCharsets.UTF_8))
                .lines()
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + signal);
        return output;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
