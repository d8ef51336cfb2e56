package dev.socks5.benchmarks.load;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Octets from an origin through tunnels of our client, a thread for each: for what the load's own clients do not do,
 * such as protection. What it costs them is a part of the figure.
 *
 * @param kind for the name, in words that can stand on a command line
 * @param clients makes the client of a server's address
 * @param tunnels how many at a time
 * @param warmUp how long the load runs before it is measured
 */
public record ClientBulk(
        String kind, Function<? super InetSocketAddress, Socks5Client> clients, int tunnels, Duration warmUp)
        implements Measure {

    private static final int BUFFER_SIZE = 64 * 1024;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    @Override
    public String name() {
        return kind + "-" + tunnels;
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        Socks5Client client = clients.apply(target.address());
        List<Socket> sockets = new ArrayList<>();
        try (Load load = new Load(target)) {
            Endpoint source = Origin.source(load.origins(), "127.0.0.1");
            List<AtomicLong> counts = new ArrayList<>();
            try {
                for (int i = 0; i < tunnels; i++) {
                    Socket socket = client.connect(source);
                    sockets.add(socket);
                    AtomicLong count = new AtomicLong();
                    counts.add(count);
                    socket.getOutputStream().write(0);
                    Thread reader = new Thread(() -> download(socket, count), "download-" + i);
                    reader.setDaemon(true);
                    reader.start();
                }
                load.until(
                        load.deadline(tunnels),
                        () -> counts.stream().allMatch(count -> count.get() > 0),
                        "opening tunnels");
                load.pause(warmUp);
                Span span = Span.of(load, counts, length);
                return span.figures(
                        kind + ", " + Tunnel.many(tunnels), span.perSecond() / MEGA, "MB/s", "CPU s/GB", GIGA);
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    /** Until the socket is closed. One that fails before stands still, which is noticed. */
    private static void download(Socket socket, AtomicLong count) {
        byte[] buffer = new byte[BUFFER_SIZE];
        try {
            InputStream in = socket.getInputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                long offset = count.getPlain();
                Pattern.check(ByteBuffer.wrap(buffer, 0, length), offset);
                count.lazySet(offset + length);
            }
        } catch (IOException e) {
            // Closed, or broken.
        }
    }
}
