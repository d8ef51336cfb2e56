package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The stand-alone jar, as a process. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD) // An interrupt does not end a read from a process.
class RunnableServerIT {

    private static final int SIGHUP = 1;

    private ServerSocket origin;
    private ServerProcess server;
    private boolean redirectErrors = true;
    private String jvmOption = "-Xmx64m";

    @BeforeEach
    void startOrigin() throws IOException {
        origin = new ServerSocket(0, 1024, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void stop() throws Exception {
        origin.close();
        if (server != null) {
            server.close();
        }
    }

    private void start(int descriptors, String... options) throws IOException {
        server = ServerProcess.start(
                ServerProcess.command(descriptors, jvmOption, options).redirectErrorStream(redirectErrors));
    }

    private void assertServes(Socks5Client client) throws IOException {
        try (Socket socket = client.connect("localhost", origin.getLocalPort());
                Socket behind = origin.accept()) {
            socket.getOutputStream().write('.');
            assertThat(behind.getInputStream().read()).isEqualTo('.');
        }
    }

    @Test
    void servesAndStopsInOrder() throws Exception {
        start(1024, "--listen", "127.0.0.1:0");
        assertServes(server.client().build());
        assertThat(terminate()).contains("Shutting down.", "All connections had finished.");
    }

    private String terminate() throws Exception {
        return server.stop(ServerProcess.SIGTERM);
    }

    /** As logrotate does it, and somebody who takes bob's right away. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void hangingUpHasItReadFilesAgainAndOpenItsLogAnew(@TempDir Path folder) throws Exception {
        String secret = ":$2y$04$Oprdt1LhcItThHpQ5USyluZo9PabbLGyPEZcHfpRpss4pa0TulR1u\n";
        Path users = Files.writeString(folder.resolve("users"), "alice" + secret + "bob" + secret);
        Path rules = Files.writeString(folder.resolve("rules"), "deny 192.0.2.1\n");
        Path log = folder.resolve("access.log");
        start(
                1024,
                "--listen=127.0.0.1:0",
                "--users-file=" + users,
                "--rules-file=" + rules,
                "--end-removed",
                "--access-log=" + log);
        assumeThat(ignoresHangup()).as("started by nohup or the like").isFalse();
        Socks5Client alice = server.client().credentials("alice", "secret").build();
        Socks5Client bob = server.client().credentials("bob", "secret").build();
        assertServes(alice);
        try (Socket open = bob.connect("localhost", origin.getLocalPort())) {
            Files.move(log, folder.resolve("access.log.1"));
            Files.writeString(rules, "deny 192.0.2.1\nallow 127.0.0.1\n");
            server.awaitMessage("reloaded: 1 rule added; 0 sessions ended");
            Files.writeString(users, "alice" + secret);
            server.send(SIGHUP);
            server.awaitMessage("reloaded: 1 user removed; 1 session ended");
            Assertions.assertThatThrownBy(() -> open.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        Assertions.assertThatThrownBy(() -> bob.connect("localhost", origin.getLocalPort()))
                .isInstanceOf(AuthenticationFailedException.class);
        origin.accept().close(); // Bob's, that was cut.
        assertServes(alice);
        assertThat(terminate()).contains("Shutting down.", "All connections had finished.");
        List<Map<String, String>> lines = Stream.of(folder.resolve("access.log.1"), log)
                .flatMap(RunnableServerIT::lines)
                .map(LogfmtLine::parse)
                .toList();
        assertThat(lines)
                .extracting(line -> line.get("close"))
                .containsExactly("FINISHED", "NO_LONGER_ALLOWED", "NOT_AUTHENTICATED", "FINISHED");
        assertThat(lines(log)).hasSizeGreaterThanOrEqualTo(2);
    }

    /** The start waits for its rules until the signal has come: it is answered then. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void hangingUpDuringTheStartIsAnsweredAfterIt(@TempDir Path folder) throws Exception {
        Path fifo = folder.resolve("rules");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        ProcessBuilder command = ServerProcess.command(1024, jvmOption, "--listen=127.0.0.1:0", "--rules-file=" + fifo);
        Process process = command.start();
        try {
            try (OutputStream rules = Files.newOutputStream(fifo)) { // Once the server has opened it.
                assumeThat(ignoresHangup(process))
                        .as("started by nohup or the like")
                        .isFalse();
                ServerProcess.send(SIGHUP, process);
                rules.write("allow 127.0.0.1\n".getBytes(StandardCharsets.US_ASCII));
            }
            List<String> awaited = new ArrayList<>(List.of("Listening on", "reloaded: nothing has changed"));
            BufferedReader messages = process.inputReader();
            while (!awaited.isEmpty()) {
                String line = messages.readLine();
                assertThat(line).as("it ends before it says " + awaited).isNotNull();
                awaited.removeIf(line::contains);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** While a long grace time runs, users can still be removed. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void hangingUpDuringTheGraceTimeIsAnswered(@TempDir Path folder) throws Exception {
        String secret = ":$2y$04$Oprdt1LhcItThHpQ5USyluZo9PabbLGyPEZcHfpRpss4pa0TulR1u\n";
        Path users = Files.writeString(folder.resolve("users"), "alice" + secret + "bob" + secret);
        start(1024, "--listen=127.0.0.1:0", "--users-file=" + users, "--end-removed", "--grace=10m");
        assumeThat(ignoresHangup()).as("started by nohup or the like").isFalse();
        Socks5Client bob = server.client().credentials("bob", "secret").build();
        try (Socket open = bob.connect("localhost", origin.getLocalPort())) {
            server.send(ServerProcess.SIGTERM);
            server.awaitMessage("Shutting down.");
            Files.writeString(users, "alice" + secret);
            server.send(SIGHUP);
            server.awaitMessage("reloaded: 1 user removed; 1 session ended");
            Assertions.assertThatThrownBy(() -> open.getInputStream().read()).isInstanceOf(SocketException.class);
            server.awaitMessage("All connections had finished.");
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean ignoresHangup() throws IOException {
        return ignoresHangup(server.process());
    }

    private static boolean ignoresHangup(Process process) throws IOException {
        String ignored = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(ignored.substring("SigIgn:".length()).strip(), 16) & 1) != 0;
    }

    @Test
    void theAccessLogIsCompleteWhenItHasStopped(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("access.log"), "before=yes\n");
        start(1024, "--listen", "127.0.0.1:0", "--access-log", file.toString());
        for (int i = 0; i < 20; i++) {
            assertServes(server.client().build());
        }
        try (Socket left = server.client().build().connect("localhost", origin.getLocalPort())) {
            left.getOutputStream().write('.');
            assertThat(terminate()).contains("Closed what was still open.").doesNotContain("\r", "new/s");
        }
        List<Map<String, String>> lines =
                Files.readAllLines(file).stream().map(LogfmtLine::parse).toList();
        assertThat(lines).hasSize(22);
        assertThat(lines.get(0)).containsExactly(Map.entry("before", "yes"));
        assertThat(lines.subList(1, 21)).allSatisfy(line -> assertThat(line).containsEntry("outcome", "ok"));
        assertThat(lines.get(21)).containsEntry("close", "SHUTDOWN").containsEntry("up", "1");
    }

    @Test
    void theAccessLogOnStandardOutputStandsThereAlone() throws Exception {
        redirectErrors = false;
        start(1024, "--listen", "127.0.0.1:0", "--access-log", "-");
        assertServes(server.client().build());
        assertThat(terminate().lines().map(LogfmtLine::parse))
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).containsEntry("outcome", "ok"));
    }

    /** /dev/full takes nothing: every write fails for lack of space. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskUnderTheAccessLogIsNoMatter() throws Exception {
        start(1024, "--listen", "127.0.0.1:0", "--access-log", "/dev/full");
        for (int i = 0; i < 3; i++) {
            assertServes(server.client().build());
        }
        assertThat(terminate()).contains("cannot write a log", "All connections had finished.");
    }

    /** Whoever opens it waits for a reader. What waits then is bounded by the memory that there is. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFifoWithoutAReaderUnderTheAccessLogHoldsNothingUp(@TempDir Path folder) throws Exception {
        Path fifo = folder.resolve("access.log");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        jvmOption = "-Xmx16m";
        start(1024, "--listen", "127.0.0.1:0", "--deny", "*", "--access-log", fifo.toString());
        int requests = 2000; // Some 450 characters each: they would fit into a larger heap's share.
        for (int i = 0; i < requests; i++) {
            try (Socket client = new Socket()) {
                client.connect(server.address().toInetSocketAddress());
                assertThat(answer(client, "a".repeat(63) + ".example")).isEqualTo(ReplyCode.NOT_ALLOWED.code());
            }
        }
        List<Map<String, String>> lines = new ArrayList<>();
        Thread reader = new Thread(() -> {
            try (Stream<String> file = Files.lines(fifo)) {
                file.map(LogfmtLine::parse).forEach(lines::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        reader.start();
        assertThat(terminate()).contains("All connections had finished.");
        reader.join();
        int dropped = lines.stream()
                .map(line -> line.getOrDefault("dropped", "0"))
                .mapToInt(Integer::parseInt)
                .sum();
        assertThat(dropped).isPositive();
        assertThat(lines.stream().filter(line -> line.containsKey("id")).count() + dropped)
                .isEqualTo(requests);
    }

    /** The recorder takes megabytes, and so do figures and HTTP. */
    @Test
    void whatNobodyAsksForIsNotSetUp(@TempDir Path folder) throws Exception {
        Path loaded = folder.resolve("loaded");
        jvmOption = "-Xlog:class+load:file=" + loaded;
        start(1024, "--listen", "127.0.0.1:0");
        assertServes(server.client().build());
        terminate();
        assertThat(Files.readString(loaded))
                .contains("dev.socks5.server.internal.report.FlightLog ")
                .doesNotContain("jdk.jfr.internal.", "io.micrometer.", "io.prometheus.", "sun.net.httpserver.");
    }

    @Test
    void usersAndRules() throws Exception {
        start(
                1024,
                "--listen",
                "127.0.0.1:0",
                "--user",
                "alice:secret",
                "--deny",
                "127.0.0.1:1-1023",
                "--deny",
                "127.0.0.9 user=alice command=connect",
                "--allow",
                "127.0.0.0/8",
                "--allow",
                "localhost",
                "--idle-timeout",
                "1m");
        assertServes(server.client().credentials("alice", "secret").build());
        Assertions.assertThatThrownBy(() -> server.client()
                        .credentials("alice", "wrong")
                        .build()
                        .connect("127.0.0.1", origin.getLocalPort()))
                .isInstanceOf(AuthenticationFailedException.class);
        for (String denied : List.of("127.0.0.1:80", "127.0.0.9:9999", "192.0.2.1:80")) {
            Assertions.assertThatThrownBy(() -> server.client()
                            .credentials("alice", "secret")
                            .build()
                            .connect(Endpoint.parse(denied)))
                    .isInstanceOfSatisfying(
                            RequestRejectedException.class,
                            e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.NOT_ALLOWED));
        }
    }

    @Test
    void outOfDescriptorsItBacksOffAndGoesOn() throws Exception {
        start(100, "--listen", "127.0.0.1:0");
        List<Socket> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket();
                crowd.add(socket);
                socket.connect(server.address().toInetSocketAddress());
            }
            Duration before = cpuTime();
            assertThat(server.process().waitFor(2, TimeUnit.SECONDS))
                    .as("it has died")
                    .isFalse();
            // A loop that spins on the socket it cannot accept from would take all of the two seconds.
            assertThat(cpuTime().minus(before)).isLessThan(Duration.ofSeconds(1));
            // The first look-up of all, too.
            assertThat(answer(crowd.get(0), "localhost")).isEqualTo(ReplyCode.GENERAL_FAILURE.code());
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
        assertServes(server.client().build());
        // The first warning of all, when no descriptor was left to set up the log with.
        assertThat(terminate()).contains("cannot accept for now", IOException.class.getName());
    }

    /** Asks for a CONNECT without a login, and returns the reply's code. */
    private int answer(Socket client, String name) throws IOException {
        ByteBuffer ahead = ByteBuffer.allocate(512).put(new byte[] {5, 1, 0});
        new Request(Command.CONNECT, Endpoint.of(name, origin.getLocalPort())).encode(ahead);
        client.getOutputStream().write(ahead.array(), 0, ahead.position());
        return client.getInputStream().readNBytes(12)[3];
    }

    private Duration cpuTime() {
        return server.process().toHandle().info().totalCpuDuration().orElseThrow();
    }
}
