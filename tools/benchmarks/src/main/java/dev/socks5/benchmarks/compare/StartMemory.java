package dev.socks5.benchmarks.compare;

import dev.socks5.benchmarks.load.Figure;
import dev.socks5.benchmarks.load.Measure;
import dev.socks5.benchmarks.load.ServerProcess;
import dev.socks5.benchmarks.load.Target;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** Resident memory of a server that has just started, served one connection and been left alone for a while. */
final class StartMemory implements Measure {

    private static final double MEGA = 1e6;
    private static final int TIMEOUT_MILLIS = 5_000;

    @Override
    public String name() {
        return "memory-at-start";
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        if (target.pid().isEmpty()) {
            return List.of();
        }
        ServerProcess process = new ServerProcess(target.pid().getAsLong());
        serveOne(target);
        try {
            Thread.sleep(length.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        double megabytes = process.residentOctets() / MEGA;
        return List.of(new Figure("resident memory at start", "MB", megabytes, false));
    }

    /** One connection, one byte each way. */
    private static void serveOne(Target target) throws IOException {
        try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Socket client = new Socket(new Proxy(Proxy.Type.SOCKS, target.address()))) {
            origin.setSoTimeout(TIMEOUT_MILLIS);
            client.setSoTimeout(TIMEOUT_MILLIS);
            client.connect(origin.getLocalSocketAddress(), TIMEOUT_MILLIS);
            try (Socket accepted = origin.accept()) {
                client.getOutputStream().write(1);
                accepted.setSoTimeout(TIMEOUT_MILLIS);
                accepted.getOutputStream().write(accepted.getInputStream().read() + 1);
                if (client.getInputStream().read() != 2) {
                    throw new IOException("the byte that came back is another one");
                }
            }
        }
    }
}
