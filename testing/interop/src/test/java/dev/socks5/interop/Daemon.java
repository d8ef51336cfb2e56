package dev.socks5.interop;

import dev.socks5.testing.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server program in the background, listening on a port of 127.0.0.1 of its own. */
final class Daemon implements AutoCloseable {

    /** Its command line, given the port on which it is to listen. */
    @FunctionalInterface
    interface Command {
        List<String> on(int port) throws IOException;
    }

    private static final long START_SECONDS = 20;
    private static final long STOP_SECONDS = 5;
    private static final int ATTEMPTS = 3;

    private final Process process;
    private final Path log;
    private final InetSocketAddress address;

    private Daemon(Process process, Path log, InetSocketAddress address) {
        this.process = process;
        this.log = log;
        this.address = address;
    }

    /** Starts it and waits until it can be reached. */
    static Daemon start(Command command) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            InetSocketAddress address = freeAddress();
            Path log = Files.createTempFile("daemon", ".log");
            Process process = new ProcessBuilder(command.on(address.getPort()))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Daemon daemon = new Daemon(process, log, address);
            if (daemon.comesUp()) {
                return daemon;
            }
            String said = Files.readString(log);
            daemon.close();
            // These programs cannot choose a port themselves, and somebody may have taken the free one since.
            if (attempt == ATTEMPTS) {
                throw new AssertionError("it does not start: " + process.info().commandLine() + "\n" + said);
            }
        }
    }

    private static InetSocketAddress freeAddress() throws IOException {
        return new InetSocketAddress(Loopback.V4, Ports.free());
    }

    private boolean comesUp() throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(START_SECONDS)) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                return false;
            }
            try (Socket probe = new Socket()) {
                probe.connect(address, 1_000);
                // While nobody listens, the system may choose the very same port for the probe, which then meets
                // itself.
                if (probe.getLocalPort() != address.getPort()) {
                    return true;
                }
            } catch (IOException e) {
                // Not yet.
            }
        }
        return false;
    }

    /** Where it listens. */
    InetSocketAddress address() {
        return address;
    }

    /** Ends one that may not have been started. */
    static void stop(@Nullable Daemon daemon) throws IOException {
        if (daemon != null) {
            daemon.close();
        }
    }

    /** Ends it and every process that it started, and waits for that. */
    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        process.destroy();
        all.forEach(Daemon::awaitEnd);
        Files.deleteIfExists(log);
    }

    private static void awaitEnd(ProcessHandle handle) {
        handle.destroy();
        try {
            handle.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            handle.destroyForcibly();
        }
    }
}
