package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.load.Target;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A server in a process of its own. */
public final class RunningServer {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int OUTPUT_LINES = 3;

    private final Process process;
    private final InetSocketAddress address;
    private final Path output;

    RunningServer(Process process, int port, Path output) {
        this.process = process;
        this.address = new InetSocketAddress("127.0.0.1", port);
        this.output = output;
    }

    /**
     * Tells where it listens, and what its process is.
     *
     * @return what a measure is run against
     */
    public Target target() {
        return new Target(address, Optional.empty(), OptionalLong.of(process.pid()));
    }

    /** Throws with what it said last if it has ended. */
    void requireAlive() throws IOException {
        requireAlive(Duration.ZERO);
    }

    /**
     * Throws with what it said last if it has ended, or does so within a while: its connections are closed a little
     * before.
     */
    void requireAlive(Duration grace) throws IOException {
        if (endsWithin(grace)) {
            throw new IOException("the server ended with status " + process.exitValue() + said());
        }
    }

    void awaitAccepting() throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < START_LIMIT.toNanos()) {
            requireAlive();
            try (Socket probe = new Socket()) {
                probe.connect(address, 1_000);
                // While nobody listens, the system may choose the same port for the probe, which then meets itself.
                if (probe.getLocalPort() != address.getPort()) {
                    return;
                }
            } catch (IOException e) {
                requireAlive(PAUSE);
            }
        }
        throw new IOException("the server did not accept within " + START_LIMIT.toSeconds() + " s" + said());
    }

    private boolean endsWithin(Duration time) throws IOException {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private String said() throws IOException {
        List<String> lines = new String(Files.readAllBytes(output), StandardCharsets.ISO_8859_1)
                .strip()
                .lines()
                .toList();
        String last = String.join(" / ", lines.subList(Math.max(0, lines.size() - OUTPUT_LINES), lines.size()));
        return last.isEmpty() ? "" : ": " + last;
    }

    /** Ends it and every process that it started, and waits for that. */
    void close() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        all.forEach(RunningServer::awaitEnd);
    }

    private static void awaitEnd(ProcessHandle handle) {
        try {
            handle.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            handle.destroyForcibly();
        } catch (InterruptedException e) {
            handle.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
