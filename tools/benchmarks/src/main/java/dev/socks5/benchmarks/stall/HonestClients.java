package dev.socks5.benchmarks.stall;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One client after the other: each connects to an echo, has 64 KiB sent back, compares them, and closes. */
final class HonestClients implements AutoCloseable {

    private static final int LENGTH = 64 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 20;

    private final Socks5Client client;
    private final ServerSocket echo = new ServerSocket(0, 1024, InetAddress.getByName("127.0.0.1"));
    private final byte[] message = new byte[LENGTH];
    private final List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
    private final Thread origin = new Thread(this::serve, "echo");
    private final Thread thread = new Thread(this::run, "honest");
    private final AtomicInteger failed = new AtomicInteger();
    private volatile boolean closed;

    HonestClients(InetSocketAddress server) throws IOException {
        client = Socks5Client.builder()
                .proxy(server.getHostString(), server.getPort())
                .connectTimeout(LIMIT)
                .build();
        new Random(1).nextBytes(message);
        origin.setDaemon(true);
        origin.start();
        thread.start();
    }

    private void serve() {
        try {
            while (!closed) {
                try (Socket accepted = echo.accept()) {
                    accepted.setSoTimeout((int) LIMIT.toMillis());
                    echo(accepted);
                }
            }
        } catch (IOException e) {
            if (!closed) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void echo(Socket accepted) {
        try {
            byte[] received = new byte[LENGTH];
            new DataInputStream(accepted.getInputStream()).readFully(received);
            accepted.getOutputStream().write(received);
        } catch (IOException e) {
            // Its client counts that as a failure.
        }
    }

    private void run() {
        while (!closed) {
            long start = System.nanoTime();
            try {
                exchange();
                nanos.add(System.nanoTime() - start);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (IOException e) {
                failed.incrementAndGet();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void exchange() throws IOException {
        try (Socket socket = client.connect(Endpoint.of((InetSocketAddress) echo.getLocalSocketAddress()))) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(message);
            byte[] received = new byte[LENGTH];
            new DataInputStream(socket.getInputStream()).readFully(received);
            if (!Arrays.equals(received, message)) {
                throw new IOException("other bytes came back than were sent");
            }
        }
    }

    int failed() {
        return failed.get();
    }

    /** How many were served so far. */
    int served() {
        return nanos.size();
    }

    /**
     * The part of the clients given was served within this many milliseconds, of those since the first {@code from}.
     */
    double millis(int from, double part) {
        List<Long> sorted = new ArrayList<>(nanos).stream().skip(from).sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.ceil(part * (sorted.size() - 1))) / 1e6;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        closed = true;
        thread.join();
        echo.close();
        origin.join();
    }
}
