package dev.socks5.server.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ByteChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** An asynchronous channel of two threads, which takes no second operation of a kind while one is under way. */
public final class Overlapped implements AsynchronousByteChannel {

    private final ByteChannel channel;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final AtomicBoolean reading = new AtomicBoolean();
    private final AtomicBoolean writing = new AtomicBoolean();

    public Overlapped(ByteChannel channel) {
        this.channel = channel;
    }

    private interface Operation {
        int carryOut() throws IOException;
    }

    private static <A> Runnable carryOut(
            Operation operation, AtomicBoolean busy, A attachment, CompletionHandler<Integer, ? super A> handler) {
        return () -> {
            int count;
            try {
                count = operation.carryOut();
            } catch (IOException e) {
                busy.set(false);
                handler.failed(e, attachment);
                return;
            }
            busy.set(false);
            handler.completed(count, attachment);
        };
    }

    @Override
    public <A> void read(ByteBuffer into, A attachment, CompletionHandler<Integer, ? super A> handler) {
        if (reading.getAndSet(true)) {
            throw new ReadPendingException();
        }
        threads.execute(carryOut(() -> channel.read(into), reading, attachment, handler));
    }

    @Override
    public <A> void write(ByteBuffer from, A attachment, CompletionHandler<Integer, ? super A> handler) {
        if (writing.getAndSet(true)) {
            throw new WritePendingException();
        }
        threads.execute(carryOut(() -> channel.write(from), writing, attachment, handler));
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
    public void close() throws IOException {
        threads.shutdown();
        channel.close();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }
}
