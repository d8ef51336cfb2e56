package dev.socks5.benchmarks.stall;

import dev.socks5.benchmarks.load.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Our server, in a JVM of a size of its own. Linux only: what it holds is read from {@code /proc}. */
final class VictimServer implements AutoCloseable {

    private static final Duration JCMD_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final String LISTENING = "Listening on 127.0.0.1:";

    private final Path javaHome;
    private final Process process;
    private final InetSocketAddress address;

    VictimServer(Path javaHome, Path jar, AttackSize size, List<String> options) throws IOException {
        this.javaHome = javaHome;
        List<String> command = new ArrayList<>(List.of(
                javaHome.resolve("bin/java").toString(),
                "-Xmx" + size.heap(),
                "-XX:ActiveProcessorCount=" + size.processors(),
                "-jar",
                jar.toString(),
                "--listen",
                "127.0.0.1:0",
                "--allow",
                "127.0.0.0/8"));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null || !line.startsWith(LISTENING)) {
            process.destroyForcibly();
            throw new IOException("the server does not start: " + line);
        }
        int port = Integer.parseInt(line.substring(LISTENING.length()));
        address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    }

    InetSocketAddress address() {
        return address;
    }

    int descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return (int) open.count();
        }
    }

    Duration cpu() throws IOException {
        return new ServerProcess(process.pid()).cpu();
    }

    /** Bytes that are reachable on the heap; empty if the JVM does not answer. */
    OptionalLong liveHeap() throws IOException, InterruptedException {
        Path answer = Files.createTempFile("histogram", ".txt");
        try {
            Process jcmd = new ProcessBuilder(
                            javaHome.resolve("bin/jcmd").toString(), Long.toString(process.pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .start();
            if (!jcmd.waitFor(JCMD_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                jcmd.destroyForcibly();
                return OptionalLong.empty();
            }
            return Files.readAllLines(answer).stream()
                    .filter(line -> line.startsWith("Total"))
                    .mapToLong(line -> Long.parseLong(line.trim().split("\\s+", -1)[2]))
                    .findFirst();
        } finally {
            Files.delete(answer);
        }
    }

    /** Sends SIGTERM, and waits; empty if the server does not obey. */
    OptionalLong terminate() throws InterruptedException {
        long start = System.nanoTime();
        process.destroy();
        return process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                : OptionalLong.empty();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
