package dev.socks5.benchmarks.load;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Octets in one direction, as many as go through, counted where they arrive. What arrives is compared at places with
 * what was sent.
 *
 * @param direction which way
 * @param tunnels how many at a time
 * @param warmUp how long the load runs before it is measured
 */
record Bulk(Direction direction, int tunnels, Duration warmUp) implements Measure {

    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    /** As seen from the client. */
    enum Direction {
        DOWNLOAD,
        UPLOAD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String name() {
        return direction + "-" + tunnels;
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        try (Load load = new Load(target)) {
            Collection<AtomicLong> counts = direction == Direction.DOWNLOAD ? download(load) : upload(load);
            load.pause(warmUp);
            Span span = Span.of(load, counts, length);
            return span.figures(
                    direction + ", " + Tunnel.many(tunnels), span.perSecond() / MEGA, "MB/s", "CPU s/GB", GIGA);
        }
    }

    private List<AtomicLong> download(Load load) throws IOException {
        Endpoint source = Origin.source(load.origins(), "127.0.0.1");
        return load.open(tunnels, () -> new Download(load, Request.connect(source))).stream()
                .map(Tunnel::done)
                .toList();
    }

    private Collection<AtomicLong> upload(Load load) throws IOException {
        Queue<AtomicLong> counts = new ConcurrentLinkedQueue<>();
        Endpoint sink = Origin.sink(load.origins(), "127.0.0.1", counts);
        load.open(tunnels, () -> new Upload(load, Request.connect(sink)));
        load.until(
                load.deadline(tunnels),
                () -> counts.size() == tunnels && counts.stream().allMatch(count -> count.get() > 0),
                "an upload");
        return counts;
    }

    private static final class Download extends Tunnel {

        private static final ByteBuffer START = ByteBuffer.allocateDirect(1).asReadOnlyBuffer();

        Download(Load load, Request request) {
            super(load, () -> request);
        }

        @Override
        void opened(SelectionKey key, Reply reply) throws IOException {
            write((SocketChannel) key.channel(), START.duplicate());
        }

        @Override
        void move(SelectionKey key) throws IOException {
            ByteBuffer buffer = buffer();
            int length = ((SocketChannel) key.channel()).read(buffer);
            if (length < 0) {
                throw closed();
            }
            Pattern.check(buffer.flip(), done().getPlain());
            add(length);
        }
    }

    private static final class Upload extends Tunnel {

        private final ByteBuffer pattern = Pattern.view();

        Upload(Load load, Request request) {
            super(load, () -> request);
        }

        @Override
        void opened(SelectionKey key, Reply reply) {
            key.interestOps(SelectionKey.OP_WRITE);
        }

        @Override
        void move(SelectionKey key) throws IOException {
            Pattern.aim(pattern, done().getPlain(), Loop.BUFFER_SIZE);
            add(((SocketChannel) key.channel()).write(pattern));
        }
    }
}
