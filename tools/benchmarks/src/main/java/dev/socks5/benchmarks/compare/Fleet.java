package dev.socks5.benchmarks.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/** The servers that run at present. None outlives it: it is closed by whoever ends first, the caller or the JVM. */
public final class Fleet implements AutoCloseable {

    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final List<RunningServer> running = new ArrayList<>();
    private boolean closed;

    /**
     * A fleet without servers yet.
     *
     * @throws IOException if there is no folder for what they say
     */
    public Fleet() throws IOException {
        folder = Files.createTempDirectory("socks5-compare");
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /**
     * Starts a server and waits until it accepts connections.
     *
     * @param server the server
     * @return it, running
     * @throws IOException if it does not come up; the message has what it said
     */
    public RunningServer start(Server server) throws IOException {
        for (int attempt = 1; ; attempt++) {
            RunningServer started = launch(server);
            try {
                started.awaitAccepting();
                return started;
            } catch (IOException e) {
                stop(started);
                // Somebody may have taken the port since it was found free.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Under the lock, so that no process starts that {@link #close} does not know. */
    private synchronized RunningServer launch(Server server) throws IOException {
        if (closed) {
            throw new IOException("interrupted");
        }
        int port = freePort();
        Path output = folder.resolve(port + ".log");
        Process process = new ProcessBuilder(server.launch().command(port, folder))
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        RunningServer started = new RunningServer(process, port, output);
        running.add(started);
        return started;
    }

    /** Throws if it has been closed: what servers do then is none of their faults. */
    synchronized void requireOpen() {
        if (closed) {
            throw new CancellationException("the servers have been stopped");
        }
    }

    /** Stops one of them. */
    synchronized void stop(RunningServer server) {
        if (running.remove(server)) {
            server.close();
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Stops all that still run. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        running.forEach(RunningServer::close);
        try {
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Deletes a folder and what is in it.
     *
     * @param folder the folder
     * @throws IOException if something cannot be deleted
     */
    public static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
