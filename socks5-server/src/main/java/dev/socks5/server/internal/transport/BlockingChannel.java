package dev.socks5.server.internal.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ByteChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/** Makes an asynchronous channel of reads and writes that block: each takes a thread until it is done. */
final class BlockingChannel implements AsynchronousByteChannel {

    /** A read or a write that blocks. */
    @FunctionalInterface
    private interface Operation {
        int carryOut(ByteBuffer buffer) throws IOException;
    }

    private final Operation reading;
    private final Operation writing;
    private final Executor threads;

    private BlockingChannel(Operation reading, Operation writing, Executor threads) {
        this.reading = reading;
        this.writing = writing;
        this.threads = threads;
    }

    static AsynchronousByteChannel of(ByteChannel channel, Executor threads) {
        return new BlockingChannel(channel::read, channel::write, threads);
    }

    static AsynchronousByteChannel of(InputStream in, OutputStream out, Executor threads) {
        return new BlockingChannel(into -> read(in, into), from -> write(out, from), threads);
    }

    private static int read(InputStream in, ByteBuffer into) throws IOException {
        int count = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        if (count > 0) {
            into.position(into.position() + count);
        }
        return count;
    }

    private static int write(OutputStream out, ByteBuffer from) throws IOException {
        int count = from.remaining();
        out.write(from.array(), from.arrayOffset() + from.position(), count);
        out.flush();
        from.position(from.limit());
        return count;
    }

    @Override
    public <A> void read(ByteBuffer into, A attachment, CompletionHandler<Integer, ? super A> handler) {
        begin(reading, into, attachment, handler);
    }

    @Override
    public <A> void write(ByteBuffer from, A attachment, CompletionHandler<Integer, ? super A> handler) {
        begin(writing, from, attachment, handler);
    }

    private <A> void begin(
            Operation operation, ByteBuffer buffer, A attachment, CompletionHandler<Integer, ? super A> handler) {
        threads.execute(() -> {
            int count;
            try {
                count = operation.carryOut(buffer);
            } catch (Throwable e) { // Not every language checks exceptions.
                handler.failed(e, attachment);
                return;
            }
            handler.completed(count, attachment);
        });
    }

    @Override
    public Future<Integer> read(ByteBuffer into) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Integer> write(ByteBuffer from) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // Whoever has the whole of it closes it.
    }
}
