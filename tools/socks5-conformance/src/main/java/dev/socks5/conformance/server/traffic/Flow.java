package dev.socks5.conformance.server.traffic;

import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A long stream of bytes through a tunnel in one direction. Each byte follows from its place and from the stream: one
 * that is lost, repeated, changed, moved or from another stream is noticed where it arrives.
 */
final class Flow {

    private static final AtomicLong STREAMS = new AtomicLong();
    private static final int CHUNK = 64 * 1024;
    private static final Duration NAP = Duration.ofMillis(2);

    private final long stream = STREAMS.incrementAndGet() << 40;
    private final Wire from;
    private final Wire to;
    private long length;
    private final ByteBuffer out = ByteBuffer.allocate(CHUNK).limit(0);
    private final ByteBuffer in = ByteBuffer.allocate(CHUNK);
    private long made;
    private long sent;
    private long arrived;

    /** A stream that has not begun. */
    Flow(Wire from, Wire to, long length) {
        this.from = from;
        this.to = to;
        this.length = length;
    }

    /**
     * Lets streams flow side by side until all have arrived.
     *
     * @throws Violation if a byte is wrong, a connection ends, or nothing at all moves for {@link Patience#answer}
     */
    static void run(Patience patience, List<Flow> flows) throws IOException, Violation {
        long moved = System.nanoTime();
        Duration wait = Duration.ZERO;
        while (true) {
            boolean moves = false;
            Flow last = null;
            for (Flow flow : flows) {
                if (flow.arrived < flow.length) {
                    last = flow;
                    moves |= flow.send();
                    moves |= flow.arrive(wait);
                    wait = Duration.ZERO;
                }
            }
            if (last == null) {
                return;
            } else if (moves) {
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > patience.answer().toNanos()) {
                throw new Violation(String.format(
                        "expected %,d bytes at the %s, but nothing moves any more after %,d",
                        last.length, last.to.name(), last.arrived));
            } else {
                wait = NAP;
            }
        }
    }

    /** The same for one. */
    static void run(Patience patience, Flow flow) throws IOException, Violation {
        run(patience, List.of(flow));
    }

    /**
     * Sends until nothing is taken any more for a time, and nobody reads meanwhile.
     *
     * @return how much was taken, at most the length
     */
    long fill(Duration time) throws IOException, Violation {
        long before;
        do {
            before = sent;
            send(time);
        } while (sent > before && sent < length);
        return sent;
    }

    /** Makes the stream end after {@code count} bytes, which have been sent. */
    void cut(long count) {
        length = count;
        out.limit(0);
    }

    private boolean send() throws IOException, Violation {
        return send(Duration.ZERO);
    }

    private boolean send(Duration wait) throws IOException, Violation {
        if (!out.hasRemaining() && made < length) {
            out.clear().limit((int) Math.min(CHUNK, length - made));
            while (out.hasRemaining()) {
                out.put(at(made++));
            }
            out.flip();
        }
        if (!out.hasRemaining()) {
            return false;
        }
        int count = from.push(out, wait);
        if (count < 0) {
            throw new Violation(
                    String.format("the tunnel was closed while byte %,d of %,d was sent into it", sent, length));
        }
        sent += count;
        return count > 0;
    }

    private boolean arrive(Duration wait) throws IOException, Violation {
        int count = to.pull(in.clear().limit((int) Math.min(CHUNK, length - arrived)), wait);
        if (count < 0) {
            throw new Violation(
                    String.format("expected %,d bytes at the %s, but it ended after %,d", length, to.name(), arrived));
        }
        for (in.flip(); in.hasRemaining(); arrived++) {
            byte came = in.get();
            if (came != at(arrived)) {
                throw new Violation(String.format(
                        "expected X'%02X' as byte %,d at the %s, but X'%02X' came: bytes are lost, repeated or moved",
                        at(arrived), arrived, to.name(), came));
            }
        }
        return count > 0;
    }

    private byte at(long place) {
        return (byte) (((stream + place) * 0x9E3779B97F4A7C15L) >>> 56);
    }
}
