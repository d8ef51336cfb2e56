package dev.socks5.server.internal.transport;

import dev.socks5.server.internal.net.EventLoop;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * The bytes that go to a transport: one buffer, part of which is being written while there is room for more behind it.
 * Used by the loop's thread alone.
 */
final class Outflow {

    /** The size of the buffer in bytes, for a few bytes and for more. */
    static final int LEAST = 8 * 1024;

    static final int MOST = 64 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Operations writes;
    private final Runnable changed;
    private final IntUnaryOperator allowance;
    private ByteBuffer buffer = NOTHING; // behind its position there is room
    private int written; // up to here

    /**
     * Begins with nothing.
     *
     * @param allowance tells how many bytes, at most the given number, may be kept at once
     * @param changed called after each write
     */
    Outflow(
            EventLoop loop,
            AsynchronousByteChannel to,
            IntUnaryOperator allowance,
            Runnable changed,
            Consumer<Throwable> failed) {
        this.allowance = allowance;
        this.changed = changed;
        this.writes = new Operations(loop, (from, handler) -> to.write(from, null, handler), this::done, failed);
    }

    /** Whether it is worth while to give it more. */
    boolean hasRoom() {
        return buffer.remaining() >= buffer.capacity() / 2;
    }

    /** Whether everything has been written. */
    boolean isEmpty() {
        return held() == 0;
    }

    /** Tells how many bytes of memory there are for what has yet to be written. */
    int held() {
        return buffer.capacity();
    }

    /** Takes as many bytes as there is room for. */
    int give(ByteBuffer from) {
        if (isEmpty() && from.hasRemaining()) {
            int size = from.remaining() > LEAST ? MOST : LEAST;
            buffer = ByteBuffer.allocate(allowance.applyAsInt(size));
        }
        int count = Math.min(from.remaining(), buffer.remaining());
        buffer.put(buffer.position(), from, from.position(), count);
        buffer.position(buffer.position() + count);
        from.position(from.position() + count);
        return count;
    }

    /** Writes on, if there is something to be written. */
    void proceed() {
        if (!isEmpty() && !writes.underWay()) {
            writes.begin(buffer.slice(written, buffer.position() - written));
        }
    }

    private void done(int count) {
        if (count < 0) {
            throw new IllegalStateException("a write has completed with " + count);
        }
        written += count;
        if (written == buffer.position()) {
            buffer = NOTHING;
            written = 0;
        } else if (!hasRoom()) {
            buffer.flip().position(written);
            buffer.compact(); // No write is under way, which would see the bytes move.
            written = 0;
        }
        changed.run();
    }

    /** Gives the memory back: nothing is written any more. */
    void drop() {
        writes.drop();
        buffer = NOTHING;
        written = 0;
    }
}
