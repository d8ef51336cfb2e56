package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.testing.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
            Daemon daemon = launch(freeAddress(), command);
            if (daemon.comesUp()) {
                return daemon;
            }
            String said = Files.readString(daemon.log);
            daemon.close();
            // These programs cannot choose a port themselves, and somebody may have taken the free one since.
            if (attempt == ATTEMPTS) {
                throw new AssertionError(
                        "it does not start: " + daemon.process.info().commandLine() + "\n" + said);
            }
        }
    }

    /** Starts one at a port where another one was, which has ended, and waits until it can be reached. */
    static Daemon startAt(InetSocketAddress address, Command command) throws IOException, InterruptedException {
        Daemon daemon = launch(address, command);
        if (!daemon.comesUp()) {
            String said = Files.readString(daemon.log);
            daemon.close();
            throw new AssertionError("it does not start again: " + said);
        }
        return daemon;
    }

    private static Daemon launch(InetSocketAddress address, Command command) throws IOException {
        Path log = Files.createTempFile("daemon", ".log");
        Process process = new ProcessBuilder(command.on(address.getPort()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Daemon(process, log, address);
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

    /** Kills the processes that it has started, and waits for that. */
    void endChildren() {
        process.descendants().toList().forEach(child -> {
            child.destroyForcibly();
            awaitEnd(child);
        });
    }

    /** Ends one that may not have been started. */
    static void stop(@Nullable Daemon daemon) throws IOException {
        if (daemon != null) {
            daemon.close();
        }
    }

    /** Sends a signal to it and to every process that it started, by its name without SIG. */
    void signal(String name) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -" + name + " \"$@\"", "sh"));
        processes().forEach(each -> command.add(Long.toString(each.pid())));
        assertThat(Run.of(command).status()).isZero();
    }

    /** Has the system end it and every process that it started, at once, and waits for that. */
    void kill() throws IOException {
        processes().forEach(ProcessHandle::destroyForcibly);
        close();
    }

    private List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** Ends it and every process that it started, and waits for that. */
    @Override
    public void close() throws IOException {
        List<ProcessHandle> all = processes();
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
