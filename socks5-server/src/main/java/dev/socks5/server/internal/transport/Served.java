package dev.socks5.server.internal.transport;

import dev.socks5.server.internal.net.Log;
import dev.socks5.server.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A handler in this JVM that serves one client, and the channel to it. The handler has a thread, and its streams block;
 * the channel does not.
 */
final class Served implements AsynchronousByteChannel {

    private static final String CLIENT_GONE = "the client's connection has ended"; // By either side.

    private static final String FAILED = "the handler has failed";

    private final Pipe toHandler = new Pipe();
    private final Pipe toClient = new Pipe();

    private final String where;
    private volatile @Nullable Throwable fault;

    private Served(String where) {
        this.where = where;
    }

    /**
     * Begins to serve.
     *
     * @param where the destination that it stands for, for the log
     */
    static Served by(Transport.Handler handler, String where, Executor threads) {
        Served served = new Served(where);
        threads.execute(() -> served.run(handler));
        return served;
    }

    private void run(Transport.Handler handler) {
        try {
            handler.serve(new In(), new Out());
            toClient.end();
        } catch (IOException | UncheckedIOException e) {
            Log.detail("a handler has ended: " + where, e);
            toClient.breakOff(FAILED);
        } catch (Throwable e) { // Not every language checks exceptions.
            Log.warn("a handler has failed: " + where, e);
            fault = e;
            toClient.breakOff(FAILED);
        } finally {
            toHandler.leaveUnread();
        }
    }

    /** Returns what is done at the ends of the channel. */
    Ends ends() {
        return Ends.of(this).output(toHandler::end).reset(this::breakOff);
    }

    /** Tells the handler by both streams that the client is gone. */
    void breakOff() {
        toClient.breakOff(CLIENT_GONE); // First: whoever hears of it by the other one may write.
        toHandler.breakOff(CLIENT_GONE);
    }

    @Override
    public <A> void read(ByteBuffer into, A attachment, CompletionHandler<Integer, ? super A> handler) {
        complete(again -> toClient.poll(into, again), attachment, handler);
    }

    @Override
    public <A> void write(ByteBuffer from, A attachment, CompletionHandler<Integer, ? super A> handler) {
        complete(again -> toHandler.offer(from, again), attachment, handler);
    }

    /** Something that is tried until it gives a result other than 0. */
    @FunctionalInterface
    private interface Attempt {
        int make(Runnable again) throws IOException;
    }

    private <A> void complete(Attempt attempt, A attachment, CompletionHandler<Integer, ? super A> handler) {
        int count;
        try {
            count = attempt.make(() -> complete(attempt, attachment, handler));
        } catch (IOException e) {
            @Nullable Throwable cause = fault; // More than a broken connection.
            handler.failed(cause == null ? e : cause, attachment);
            return;
        }
        if (count != 0) {
            handler.completed(count, attachment);
        }
    }

    /** Tells the handler that the client is gone: it can still read what is there, if no reset came. */
    @Override
    public void close() {
        toClient.breakOff(CLIENT_GONE);
        toHandler.end();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public Future<Integer> read(ByteBuffer into) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Integer> write(ByteBuffer from) {
        throw new UnsupportedOperationException();
    }

    private final class In extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return toHandler.read(ByteBuffer.wrap(into, offset, length));
        }

        @Override
        public int available() {
            return toHandler.length();
        }

        @Override
        public void close() {
            toHandler.leaveUnread();
        }
    }

    private final class Out extends OutputStream {

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            toClient.write(ByteBuffer.wrap(from, offset, length));
        }

        @Override
        public void close() {
            toClient.end();
        }
    }
}
