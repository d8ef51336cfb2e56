package dev.socks5.server.internal.net;

import dev.socks5.codec.Protection;
import dev.socks5.server.CloseReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One connection on an event loop, by TCP or a Unix domain socket, and the data that could not be sent on it yet.
 * Everything that its owner reads or writes goes through here, and through its {@link Layer}s, if there are any.
 */
public final class Connection implements Handler {

    /** The owner of a connection at the moment. Always called on the loop's thread, and never allowed to block. */
    public interface Owner {

        /**
         * Called when there is something to read, or the end of input.
         *
         * @throws IOException if the connection is broken; {@link #abort} follows
         */
        void readable() throws IOException;

        /**
         * Called when some of the data that had to wait has been sent.
         *
         * @param everything whether nothing waits any more
         * @throws IOException if the connection is broken; {@link #abort} follows
         */
        default void sent(boolean everything) throws IOException {}

        /** Ends the owner and closes the connection at once. May come more than once, and the first reason counts. */
        void abort(CloseReason reason);
    }

    private static final int RESET_ON_CLOSE = 0;

    /** The number of bytes that may wait for a peer that asks for answers and does not take them. */
    private static final int MOST_ANSWERS = 256 * 1024;

    private final EventLoop loop;
    private final SocketChannel channel;
    private final Registration registration;
    private @Nullable ByteBuffer unsent;
    private Backlog.@Nullable Holding holding;
    private int ahead;
    private @Nullable Layer layer;
    private boolean dispatching;
    private boolean together;
    private boolean ending;
    private @Nullable Owner owner;

    /**
     * Takes a channel over. The connection reads nothing yet, and has no owner; until it has one, an abort closes it.
     */
    Connection(EventLoop loop, SocketChannel channel) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.registration = loop.register(channel, 0, this);
    }

    /** Takes over a channel that calls its handler by itself, see {@link TransportChannel}. */
    Connection(EventLoop loop, SocketChannel channel, SelectionKey key) {
        this.loop = loop;
        this.channel = channel;
        this.registration = loop.register(key, this);
    }

    /**
     * Takes over a channel that others have connected.
     *
     * @throws IllegalArgumentException if a selector of this network cannot serve it
     */
    public static Connection of(EventLoop loop, SocketChannel connected) throws IOException {
        if (!connected.isConnected() || connected.isRegistered()) {
            throw new IllegalArgumentException("not connected, or registered with a selector: " + connected);
        }
        if (!connected.provider().equals(loop.network().sockets())) {
            throw new IllegalArgumentException("a channel of another provider: it can be served as one that blocks");
        }
        connected.configureBlocking(false);
        return new Connection(loop, connected);
    }

    public EventLoop loop() {
        return loop;
    }

    /** Gives the connection another owner. */
    public void handOver(Owner next) {
        owner = next;
    }

    @Override
    public void ready(Registration ready) throws IOException {
        if (owner == null) {
            return;
        }
        if (ready.isWritable()) {
            owner.sent(flush());
        }
        // The owner may have closed it, or given it to another.
        if (ready.isValid() && (ready.isReadable() || isPending())) {
            owner.readable();
        }
    }

    @Override
    public void abort(CloseReason reason) {
        if (owner == null) {
            close();
        } else {
            owner.abort(reason);
        }
    }

    /** Does something for this connection, see {@link EventLoop#guard(Registration, EventLoop.Step)}. */
    public void guard(EventLoop.Step step) {
        loop.guard(registration, step);
    }

    /**
     * Takes a step whose writes go out together at its end: by one call of the system, and after whatever else the step
     * has begun. They go out as well if it throws.
     */
    public void together(EventLoop.Step step) throws IOException {
        together = true;
        try {
            step.run();
        } catch (Throwable e) {
            sendTogether(e);
            throw e;
        }
        sendTogether();
    }

    private void sendTogether(Throwable failure) {
        try {
            sendTogether();
        } catch (IOException | RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    private void sendTogether() throws IOException {
        together = false;
        if (unsent == null) {
            return; // There was nothing to send, or the connection is closed.
        }
        if (!flush()) {
            waitToSend();
        } else if (owner != null) {
            owner.sent(true);
        }
    }

    /** Has all bytes go through a layer from now on. It has been given {@link #layer()}, which lies under it. */
    public void lay(Layer next) {
        layer = next;
    }

    /** Returns the layer that all bytes go through; {@code null} for none. */
    public @Nullable Layer layer() {
        return layer;
    }

    public boolean isProtected() {
        return layer != null;
    }

    /** Returns the protection of datagrams that belong to this connection; {@code null} for none. */
    public @Nullable Protection protection() {
        return layer == null ? null : layer.protection();
    }

    public void reading(boolean on) {
        registration.interest(SelectionKey.OP_READ, on);
        dispatchPending();
    }

    private boolean isPending() {
        return layer != null && layer.isPending();
    }

    /** Has pending input read, because the selector knows nothing of it. */
    private void dispatchPending() {
        if (isPending() && !dispatching && registration.waitsFor(SelectionKey.OP_READ)) {
            dispatching = true;
            loop.execute(() -> {
                dispatching = false;
                if (registration.isValid() && registration.waitsFor(SelectionKey.OP_READ)) {
                    loop.dispatch(registration);
                }
            });
        }
    }

    /** Reads the bytes that are there; -1 at the end of input. */
    public int read(ByteBuffer in) throws IOException {
        if (layer == null) {
            return channel.read(in);
        }
        return read(layer, in);
    }

    private int read(Layer through, ByteBuffer in) throws IOException {
        int count;
        try {
            count = through.read(channel, in);
        } catch (IOException | RuntimeException e) {
            try {
                answer(through);
            } catch (IOException | RuntimeException another) {
                e.addSuppressed(another);
            }
            throw e;
        }
        answer(through);
        hold();
        dispatchPending();
        return count;
    }

    /** Sends what has to be sent because of what was read, also where that was no good. */
    private void answer(Layer through) throws IOException {
        if (!sendOwn(through.answer()) && unsent != null && unsent.capacity() > MOST_ANSWERS) {
            throw new IOException("the peer does not take the answers that it asks for");
        }
    }

    /**
     * Sends what a layer says by itself; not by way of the loop's buffer, which may have just been read into.
     *
     * @return whether everything has been sent
     */
    private boolean sendOwn(ByteBuffer said) throws IOException {
        if (unsent == null && !together && said.hasRemaining()) {
            channel.write(said);
        }
        return keepRest(said);
    }

    /**
     * Sends what the socket takes now and keeps a copy of the rest, which goes out when the socket takes more: see
     * {@link Owner#sent}.
     *
     * @return whether everything has been sent
     */
    public boolean write(ByteBuffer data) throws IOException {
        return transmit(layer == null ? data : layer.wrap(data));
    }

    private boolean transmit(ByteBuffer out) throws IOException {
        if (unsent == null && !together) {
            send(out);
        }
        return keepRest(out);
    }

    private boolean keepRest(ByteBuffer out) {
        if (!out.hasRemaining()) {
            return unsent == null;
        }
        keep(out);
        if (!together) {
            waitToSend();
        }
        return false;
    }

    private void waitToSend() {
        hold();
        registration.interest(SelectionKey.OP_WRITE, true);
    }

    private void keep(ByteBuffer out) {
        ByteBuffer before = unsent == null ? Layer.NOTHING : unsent;
        unsent = ByteBuffer.allocate(before.remaining() + out.remaining())
                .put(before)
                .put(out)
                .flip();
    }

    /**
     * Counts the bytes that wait here. If there are too many in the whole server, a connection is closed, perhaps this
     * one.
     */
    private void hold() {
        long bytes = (unsent == null ? 0L : unsent.capacity()) + (layer == null ? 0 : layer.held()) + ahead;
        if (holding != null) {
            holding.set(bytes);
        } else if (bytes > 0) {
            holding = loop.backlog().holding(() -> abortSoon(CloseReason.SLOW_READER));
            holding.set(bytes);
        }
    }

    /** Counts the bytes that have been read from this connection and are kept elsewhere. */
    public void keepsAhead(int bytes) {
        if (ahead != bytes) {
            ahead = bytes;
            hold();
        }
    }

    /**
     * Has its owner end it on the loop's thread, unless it is closed by then. May be called by any thread.
     *
     * @return false if the loop has ended, and with it the connection
     */
    public boolean abortSoon(CloseReason reason) {
        return loop.execute(() -> {
            if (registration.isValid()) {
                loop.guard(registration, () -> abort(reason));
            }
        });
    }

    /**
     * Sends more of the data that was kept.
     *
     * @return whether everything has been sent
     */
    private boolean flush() throws IOException {
        ByteBuffer out = unsent;
        if (out == null) {
            return true;
        }
        if (!send(out)) {
            return false;
        }
        unsent = null;
        hold();
        registration.interest(SelectionKey.OP_WRITE, false);
        if (ending) {
            channel.shutdownOutput();
        }
        return true;
    }

    /**
     * Sends the bytes that the socket takes. Those on the heap go through the loop's buffer, because the JDK would
     * allocate a buffer for them, as large.
     */
    private boolean send(ByteBuffer out) throws IOException {
        if (out.isDirect()) {
            channel.write(out);
            return !out.hasRemaining();
        }
        while (out.hasRemaining()) {
            ByteBuffer part = loop.wholeBuffer();
            int count = Math.min(part.remaining(), out.remaining());
            part.put(out.slice().limit(count)).flip();
            int sent = channel.write(part);
            out.position(out.position() + sent);
            if (sent < count) {
                return false;
            }
        }
        return true;
    }

    public boolean hasUnsent() {
        return unsent != null;
    }

    /** Ends the output: at once, or as soon as that has gone out which a layer says at its end. */
    public void shutdownOutput() throws IOException {
        if (finish()) {
            channel.shutdownOutput();
        } else {
            ending = true;
        }
    }

    /**
     * Sends what a layer says at the end of output. Nothing can be written from then on.
     *
     * @return whether it may be closed: everything has been sent, or there is no layer
     */
    public boolean finish() throws IOException {
        return layer == null || sendOwn(layer.finish());
    }

    /** Returns the address of this end; that of loopback, port 0, for a Unix domain socket, which has none. */
    public InetSocketAddress localAddress() throws IOException {
        return channel.getLocalAddress() instanceof InetSocketAddress ip
                ? ip
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Returns the address of the other end: an IP address with a port, or a path. */
    public SocketAddress remoteAddress() throws IOException {
        return channel.getRemoteAddress();
    }

    /** Gives back the memory of the bytes that wait here, because the connection is about to be closed. */
    public void drop() {
        unsent = null;
        ahead = 0;
        if (layer != null) {
            layer.drop();
        }
        if (holding != null) {
            holding.set(0);
        }
    }

    /** Closes without waiting; unsent data is dropped. Throws nothing. May be called again. */
    public void close() {
        if (layer != null) {
            sayEnd();
        }
        closeAtOnce();
    }

    /** Says what a layer says at the end, if that can be sent at once. */
    private void sayEnd() {
        try {
            if (unsent == null && registration.isValid()) {
                together = false;
                finish();
            }
        } catch (IOException | RuntimeException | Error e) {
            // It is broken already, or there is no memory even for that.
        }
    }

    private void closeAtOnce() {
        drop();
        if (layer != null) {
            layer.close();
        }
        registration.close();
    }

    /** Closes so that the peer sees a reset, and cannot take it for a proper end. */
    public void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, RESET_ON_CLOSE);
        } catch (IOException | Error e) {
            // It is closed or broken already, or there is no memory even for that.
        }
        closeAtOnce();
    }
}
