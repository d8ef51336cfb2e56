package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The stand-alone jar with a listening socket that another process has bound. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD) // An interrupt does not end a read from a process.
@EnabledOnOs(OS.LINUX)
class HandOverIT {

    private static List<String> command(String program, String... arguments) {
        boolean there = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        assertThat(there || !"true".equals(System.getenv("CI"))).as(program).isTrue();
        assumeThat(there).as(program).isTrue();
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        List<String> server = ServerProcess.command(1024, "-Xmx64m").command();
        command.addAll(server.subList(server.indexOf("sh") + 4, server.size()));
        return command;
    }

    /** The whole of it is 100 restarts: see docs/server.md. */
    @Test
    void restartsRefuseAndResetNobody() throws Exception {
        List<String> command = command(
                "python3", "src/test/scripts/hand-over", "--mode=inherited", "--restarts=3", "--rate=100", "--");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String result = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(result).isZero();
        assertThat(result.lines().reduce("", (before, line) -> line)) // A JVM may have had something to say.
                .matches("\\{\"mode\": \"inherited\", \"restarts\": 3, \"longest_ms\": \\d+, \"ok\": \\d{2,}}");
    }

    /** systemd's own: it starts the server when somebody connects, as a socket unit does. */
    @Test
    void systemdStartsItWithTheFirstConnection() throws Exception {
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", Ports.free());
        List<String> command = command("systemd-socket-activate", "--inetd", "--listen=127.0.0.1:" + address.getPort());
        command.addAll(List.of("--listen", "inherited"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (ServerSocket origin = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            assertThat(process.inputReader().readLine()).contains("Listening on");
            Socks5Client client = Socks5Client.builder()
                    .proxy(address)
                    .connectTimeout(Duration.ofSeconds(60))
                    .build();
            for (int i = 0; i < 2; i++) {
                assertServes(client, origin);
            }
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + ServerProcess.SIGTERM);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void assertServes(Socks5Client client, ServerSocket origin) throws IOException {
        try (Socket socket = client.connect("127.0.0.1", origin.getLocalPort());
                Socket behind = origin.accept()) {
            socket.getOutputStream().write('.');
            assertThat(behind.getInputStream().read()).isEqualTo('.');
        }
    }
}
