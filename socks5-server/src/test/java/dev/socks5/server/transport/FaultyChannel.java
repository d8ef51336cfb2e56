package dev.socks5.server.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A channel that blocks, to a destination that says {@code pong}, takes everything, and ends when it is told the end;
 * as far as its fault lets it.
 */
final class FaultyChannel implements ByteChannel {

    private static final byte[] PONG = "pong".getBytes(StandardCharsets.US_ASCII);

    private final DialerFault fault;
    private final CountDownLatch released;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch outputEnded = new CountDownLatch(1);
    private volatile boolean said;
    private final AtomicLong given = new AtomicLong();

    /** @param released what hangs for good goes on then */
    FaultyChannel(DialerFault fault, CountDownLatch released) {
        this.fault = fault;
        this.released = released;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        switch (fault) {
            case ENDS -> {
                return -1;
            }
            case NOTHING_IN_READ -> {
                return isOpen() ? 0 : -1;
            }
            case WITHOUT_END -> {
                int count = to.remaining();
                to.position(to.limit());
                given.addAndGet(count);
                return count;
            }
            case FAILS_IN_READ, THROWS_IN_READ -> {
                if (said) {
                    throwOnPurpose(fault == DialerFault.THROWS_IN_READ);
                }
            }
            default -> {}
        }
        if (!said && !fault.isSilent()) {
            said = true;
            to.put(PONG);
            return PONG.length;
        }
        await(fault.isSilent() ? closed : outputEnded);
        if (!isOpen()) {
            throw new AsynchronousCloseException();
        }
        return -1;
    }

    private static void throwOnPurpose(boolean unchecked) throws IOException {
        if (unchecked) {
            throw new IllegalStateException("on purpose");
        }
        throw new IOException("on purpose");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        switch (fault) {
            case FAILS_IN_WRITE, THROWS_IN_WRITE -> throwOnPurpose(fault == DialerFault.THROWS_IN_WRITE);
            case STALLS_IN_WRITE -> {
                await(closed);
                throw new AsynchronousCloseException();
            }
            case NOTHING_IN_WRITE -> {
                return 0;
            }
            default -> {}
        }
        int count = from.remaining();
        from.position(from.limit());
        return count;
    }

    void endOutput() throws IOException {
        if (fault == DialerFault.FAILS_AT_END) {
            throwOnPurpose(false);
        }
        outputEnded.countDown();
    }

    @Override
    public void close() {
        closed.countDown();
        outputEnded.countDown();
        if (fault == DialerFault.THROWS_IN_CLOSE) {
            throw new IllegalStateException("on purpose");
        }
        if (fault == DialerFault.STALLS_IN_CLOSE) {
            await(released);
        }
    }

    @Override
    public boolean isOpen() {
        return closed.getCount() > 0;
    }

    /** Returns how many bytes it has given without end. */
    long given() {
        return given.get();
    }

    InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("byte by byte");
            }

            @Override
            public int read(byte[] to, int at, int count) throws IOException {
                return FaultyChannel.this.read(ByteBuffer.wrap(to, at, count));
            }
        };
    }

    OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("byte by byte");
            }

            @Override
            public void write(byte[] from, int at, int count) throws IOException {
                ByteBuffer left = ByteBuffer.wrap(from, at, count);
                while (left.hasRemaining() && isOpen()) {
                    FaultyChannel.this.write(left);
                }
            }

            @Override
            public void close() throws IOException {
                endOutput();
            }
        };
    }

    /** Returns the same as an asynchronous channel. */
    AsynchronousByteChannel on(Executor threads) {
        return new OnThreads(threads);
    }

    private final class OnThreads implements AsynchronousByteChannel {
        private final Executor threads;

        private OnThreads(Executor threads) {
            this.threads = threads;
        }

        private interface Transfer {
            int move() throws IOException;
        }

        private <A> void begin(Transfer transfer, A attachment, CompletionHandler<Integer, ? super A> handler) {
            threads.execute(() -> {
                int count;
                try {
                    count = transfer.move();
                } catch (Throwable e) {
                    handler.failed(e, attachment);
                    return;
                }
                handler.completed(count, attachment);
            });
        }

        @Override
        public <A> void read(ByteBuffer to, A attachment, CompletionHandler<Integer, ? super A> handler) {
            if (fault == DialerFault.THROWS_IN_READ && said) {
                throw new IllegalStateException("on purpose");
            }
            begin(() -> FaultyChannel.this.read(to), attachment, handler);
        }

        @Override
        public <A> void write(ByteBuffer from, A attachment, CompletionHandler<Integer, ? super A> handler) {
            if (fault == DialerFault.THROWS_IN_WRITE) {
                throw new IllegalStateException("on purpose");
            }
            begin(() -> FaultyChannel.this.write(from), attachment, handler);
        }

        @Override
        public Future<Integer> read(ByteBuffer to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Integer> write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            FaultyChannel.this.close();
        }

        @Override
        public boolean isOpen() {
            return FaultyChannel.this.isOpen();
        }
    }
}
