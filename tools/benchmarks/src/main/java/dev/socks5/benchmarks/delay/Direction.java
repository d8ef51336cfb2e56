package dev.socks5.benchmarks.delay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One direction of a {@link Link}. One thread reads, and another one writes each chunk when it arrives at the far end,
 * at a time that was fixed when it was read: a chunk that is late makes no other one late.
 */
final class Direction {

    private static final int CHUNK = 64 * 1024;

    /** As much as is ever under way: 32 MiB. */
    private static final int MOST_CHUNKS = 512;

    /** What was read at once; no bytes are the end of the stream, which takes as long as they do. */
    private record Chunk(ByteBuffer bytes, long arrival) {}

    private final SocketChannel from;
    private final SocketChannel to;
    private final long delay;
    private final long opened;
    private final BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(MOST_CHUNKS);

    /**
     * A direction that nothing has passed yet.
     *
     * @param from where it comes from, in blocking mode
     * @param to where it goes, in blocking mode
     * @param delay how long it takes, in nanoseconds
     * @param opened what comes before this value of {@link System#nanoTime()} sets out then
     */
    Direction(SocketChannel from, SocketChannel to, long delay, long opened) {
        this.from = from;
        this.to = to;
        this.delay = delay;
        this.opened = opened;
    }

    /** Reads until the end of the stream. */
    void read() throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        while (from.read(buffer) >= 0) {
            buffer.flip();
            send(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
            buffer.clear();
        }
        send(ByteBuffer.allocate(0));
    }

    private void send(ByteBuffer bytes) throws InterruptedException {
        underWay.put(new Chunk(bytes, arrival(System.nanoTime(), opened, delay)));
    }

    /** Tells when something arrives, by the same clock. */
    static long arrival(long sent, long opened, long delay) {
        return (sent - opened < 0 ? opened : sent) + delay;
    }

    /** Writes what arrives, until the end of the stream, and ends the stream at the far end. */
    void write() throws IOException, InterruptedException {
        while (true) {
            Chunk chunk = underWay.take();
            awaitArrival(chunk);
            if (!chunk.bytes().hasRemaining()) {
                to.shutdownOutput();
                return;
            }
            while (chunk.bytes().hasRemaining()) {
                to.write(chunk.bytes());
            }
        }
    }

    private static void awaitArrival(Chunk chunk) throws InterruptedException {
        for (long left = left(chunk); left > 0; left = left(chunk)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(left);
        }
    }

    private static long left(Chunk chunk) {
        return chunk.arrival() - System.nanoTime();
    }
}
