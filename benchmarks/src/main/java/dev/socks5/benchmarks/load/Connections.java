package dev.socks5.benchmarks.load;

import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Whole connections, 32 at a time, each followed by the next: connect, handshake, one octet through the tunnel and back,
 * the end of the stream through the tunnel and back. A connection counts when the server has closed it.
 *
 * <p>Everything is closed in the ordinary way, without resets, so that the client's end of a connection and the server's
 * end of the one to the origin stay in TIME_WAIT for a minute. So that neither side runs out of ports, clients come from
 * 64 addresses in turn ({@link Dialer}) and the origin listens on 64 others, 127.2.0.1 to 127.2.0.64: there are some
 * 1,800,000 pairs of ends on either side.
 *
 * @param warmUp how long the load runs before it is measured
 */
record Connections(Duration warmUp) implements Measure {

    private static final int AT_ONCE = 32;
    private static final int ORIGINS = 64;
    private static final double MICROS = 1e6;

    @Override
    public String name() {
        return "connections";
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        try (Load load = new Load(target)) {
            List<Request> requests = new ArrayList<>();
            for (int i = 1; i <= ORIGINS; i++) {
                requests.add(Request.connect(Origin.echo(load.origins(), "127.2.0." + i)));
            }
            AtomicInteger turn = new AtomicInteger();
            Supplier<Request> next = () -> requests.get(turn.getAndIncrement() % requests.size());
            List<Tunnel> visits = load.open(AT_ONCE, () -> new Visit(load, next));
            load.pause(warmUp);
            Span span = Span.of(load, visits.stream().map(Tunnel::done).toList(), length);
            return span.figures(
                    "connections, " + AT_ONCE + " at a time",
                    span.perSecond(),
                    "connections/s",
                    "CPU us/connection",
                    MICROS);
        }
    }

    /** One connection after the other. */
    private static final class Visit extends Tunnel {

        private final ByteBuffer octet = Pattern.view();
        private boolean echoed;

        Visit(Load load, Supplier<Request> requests) {
            super(load, requests);
        }

        @Override
        void opened(SelectionKey key, Reply reply) throws IOException {
            echoed = false;
            write((SocketChannel) key.channel(), Pattern.aim(octet, done().getPlain(), 1));
        }

        @Override
        void move(SelectionKey key) throws IOException {
            SocketChannel channel = (SocketChannel) key.channel();
            ByteBuffer buffer = buffer();
            int length = channel.read(buffer);
            if (length == 1 && !echoed) {
                Pattern.check(buffer.flip(), done().getPlain());
                echoed = true;
                channel.shutdownOutput();
            } else if (length < 0 && echoed) {
                channel.close();
                add(1);
                open();
            } else if (length != 0) {
                throw new IOException("the tunnel returned " + (length < 0 ? "nothing" : "more") + ", not one octet");
            }
        }
    }
}
