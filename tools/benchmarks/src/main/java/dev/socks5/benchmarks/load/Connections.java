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
 * Whole connections, 32 at a time, each followed by the next: connect, handshake, one octet through the tunnel and
 * back, then the end of the stream from the origin, which the client answers with its own. A connection counts when the
 * client has the end.
 *
 * <p>Everything is closed in the ordinary way, without resets. The origin closes first, as most servers do, so that
 * what stays in TIME_WAIT for a minute are the ends at listening ports, and no port is used up that somebody might need
 * to connect from. As an end in TIME_WAIT delays whoever gets the same two addresses and ports again, clients come from
 * 64 addresses in turn ({@link Dialer}) and the origin listens on 64 others, 127.2.0.1 to 127.2.0.64.
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
                requests.add(Request.connect(Origin.echoOnce(load.origins(), "127.2.0." + i)));
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
