package dev.socks5.server.internal.net;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a loop serves something that is no socket: a channel that never blocks, and that tells its loop by
 * itself when it is ready. No selector knows it. The bytes are moved by its {@link Traffic}. Used by the loop's thread
 * alone.
 */
public final class TransportChannel extends SocketChannel {

    /** Moves the bytes of a channel. Called on the loop's thread; never blocks. */
    public interface Traffic {

        /** Gives bytes that are there; -1 at the end of input. */
        int read(ByteBuffer into) throws IOException;

        /** Takes as many bytes as there is room for. */
        int write(ByteBuffer from) throws IOException;

        /** Ends the output behind what was written. */
        void endOutput();

        /** Called when the channel's owner waits for something else than before, see {@link #waitsForInput}. */
        void awaited();

        /** Sends what was written, ends the output, and closes; then calls {@link #gone}. */
        void close();

        /** Closes at once, as a reset; also while it is closing. Throws nothing, and may be called again. */
        void reset();
    }

    private static final SocketAddress UNSPECIFIED = Endpoint.UNSPECIFIED.toInetSocketAddress();

    private final EventLoop loop;
    private final SocketAddress remote;
    private final Key key = new Key();
    private final Traffic traffic;
    private Backlog.@Nullable Holding holding;
    private boolean outputEnded;

    private TransportChannel(EventLoop loop, SocketAddress remote, Function<TransportChannel, Traffic> traffic) {
        super(loop.network().sockets());
        this.loop = loop;
        this.remote = remote;
        this.traffic = traffic.apply(this);
    }

    /**
     * Makes a connection.
     *
     * @param remote where it leads, for those who ask
     * @param traffic makes what moves the bytes
     */
    public static Connection open(EventLoop loop, SocketAddress remote, Function<TransportChannel, Traffic> traffic) {
        TransportChannel channel = new TransportChannel(loop, remote, traffic);
        return new Connection(loop, channel, channel.key);
    }

    public EventLoop loop() {
        return loop;
    }

    /** Whether the owner waits for input. */
    public boolean waitsForInput() {
        return key.isValid() && (key.interest & SelectionKey.OP_READ) != 0;
    }

    /** Whether the owner waits for room for its output. */
    public boolean waitsForRoom() {
        return key.isValid() && (key.interest & SelectionKey.OP_WRITE) != 0;
    }

    /** Calls the owner, if it waits for what is ready. */
    public void ready(boolean readable, boolean writable) {
        key.ready = (readable && waitsForInput() ? SelectionKey.OP_READ : 0)
                | (writable && waitsForRoom() ? SelectionKey.OP_WRITE : 0);
        if (key.ready != 0) {
            loop.dispatch(key.registration());
        }
    }

    /** Ends the owner, because the transport is broken. */
    public void fail(Throwable failure) {
        if (key.isValid()) {
            loop.guard(key.registration(), () -> {
                if (failure instanceof IOException broken) {
                    throw broken;
                }
                if (failure instanceof UncheckedIOException broken) {
                    throw broken.getCause();
                }
                throw new IllegalStateException("a transport has failed: for " + remote, failure);
            });
        }
    }

    /** Counts the bytes that wait here for a slow reader. For too many, some transport is closed, perhaps this one. */
    public void holds(int bytes) {
        if (holding != null) {
            holding.set(bytes);
        } else if (bytes > 0) {
            holding = loop.backlog().holding(() -> loop.execute(this::shed));
            holding.set(bytes);
        }
    }

    private void shed() {
        if (key.isValid()) {
            loop.guard(key.registration(), () -> key.registration().handler().abort(CloseReason.SLOW_READER));
        } else {
            traffic.reset();
        }
    }

    /** Tells how many bytes, at most the given number, may be read now for somebody who perhaps does not take them. */
    public int allowance(int most) {
        return loop.backlog().allowance(most);
    }

    /** Called when everything is closed: the loop has nothing left to end. */
    public void gone() {
        holds(0);
        loop.forget(key);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        checkOpen();
        return traffic.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        checkOpen();
        if (outputEnded) {
            throw new ClosedChannelException();
        }
        return traffic.write(from);
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        checkOpen();
        if (!outputEnded) {
            outputEnded = true;
            traffic.endOutput();
        }
        return this;
    }

    private void checkOpen() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** With {@code SO_LINGER}, 0: resets at once, also what is closing. */
    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) {
        if (name.equals(StandardSocketOptions.SO_LINGER) && Integer.valueOf(0).equals(value)) {
            traffic.reset();
        }
        return this;
    }

    @Override
    protected void implCloseSelectableChannel() {
        key.cancel();
        traffic.close();
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return UNSPECIFIED;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isConnectionPending() {
        return false;
    }

    @Override
    public boolean connect(SocketAddress other) {
        throw new AlreadyConnectedException();
    }

    @Override
    public boolean finishConnect() {
        return true;
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // It never blocks.
    }

    @Override
    public SocketChannel bind(SocketAddress local) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new UnsupportedOperationException(name.name());
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of(StandardSocketOptions.SO_LINGER);
    }

    @Override
    public SocketChannel shutdownInput() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /** What the owner waits for, without a selector. */
    private final class Key extends SelectionKey {
        private int interest;
        private int ready;
        private boolean cancelled;

        private Registration registration() {
            return (Registration) attachment();
        }

        @Override
        public SocketChannel channel() {
            return TransportChannel.this;
        }

        @Override
        public Selector selector() {
            throw new UnsupportedOperationException("it has none");
        }

        @Override
        public boolean isValid() {
            return !cancelled;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public int interestOps() {
            return interest;
        }

        @Override
        public SelectionKey interestOps(int operations) {
            interest = operations;
            traffic.awaited();
            return this;
        }

        @Override
        public int readyOps() {
            return ready;
        }
    }
}
