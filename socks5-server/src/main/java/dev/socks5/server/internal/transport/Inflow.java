package dev.socks5.server.internal.transport;

import dev.socks5.server.internal.net.EventLoop;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * The bytes that come from a transport: those of one read at the most. Another one is begun when they have been taken,
 * and somebody waits for more. Used by the loop's thread alone.
 */
final class Inflow {

    /**
     * The size of a read in bytes: of one that waits on an idle tunnel, too. It doubles after a read that was filled,
     * and shrinks where less comes.
     */
    static final int LEAST = 4 * 1024;

    static final int MOST = 64 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Operations reads;
    private final Runnable changed;
    private final IntUnaryOperator allowance;
    private ByteBuffer buffer = NOTHING; // of the read under way, or what it has brought
    private int size = LEAST;
    private boolean ended;

    /**
     * Begins with nothing.
     *
     * @param allowance tells how many bytes, at most the given number, may be read at once
     * @param changed called after each read
     */
    Inflow(
            EventLoop loop,
            AsynchronousByteChannel from,
            IntUnaryOperator allowance,
            Runnable changed,
            Consumer<Throwable> failed) {
        this.allowance = allowance;
        this.changed = changed;
        this.reads = new Operations(loop, (into, handler) -> from.read(into, null, handler), this::done, failed);
    }

    /** Whether there are bytes, or the end. */
    boolean isReadable() {
        return ended || held() > 0;
    }

    /** Tells how many bytes of memory wait for somebody to take what is in them. */
    int held() {
        return reads.underWay() ? 0 : buffer.capacity();
    }

    /** Gives bytes that are there; -1 at the end. */
    int take(ByteBuffer into) {
        if (held() == 0) {
            return ended ? -1 : 0;
        }
        int count = Math.min(into.remaining(), buffer.remaining());
        into.put(into.position(), buffer, buffer.position(), count);
        into.position(into.position() + count);
        buffer.position(buffer.position() + count);
        if (!buffer.hasRemaining()) {
            buffer = NOTHING;
        }
        return count;
    }

    /** Reads on, unless there is something to be taken first. */
    void proceed() {
        if (!isReadable() && !reads.underWay()) {
            buffer = ByteBuffer.allocate(allowance.applyAsInt(size));
            reads.begin(buffer);
        }
    }

    private void done(int count) {
        if (count > 0) {
            buffer.flip();
            adapt(count);
        } else {
            buffer = NOTHING;
            ended = count < 0;
        }
        changed.run();
    }

    private void adapt(int count) {
        if (count == buffer.capacity()) {
            size = Math.min(size * 2, MOST);
        } else if (count < size / 4) {
            size = Math.max(size / 2, LEAST);
        }
    }

    /** Gives the memory back: nothing is read any more. */
    void drop() {
        reads.drop();
        buffer = NOTHING;
        ended = true;
    }
}
