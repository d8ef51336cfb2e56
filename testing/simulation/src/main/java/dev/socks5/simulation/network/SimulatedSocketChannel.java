package dev.socks5.simulation.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A TCP socket of the simulated host. */
final class SimulatedSocketChannel extends SocketChannel implements Readiness.Selectable {

    private final SimulatedNetwork network;
    private final ProtocolFamily family;
    private final Options options = new Options(Options.TCP);
    private final Readiness readiness = new Readiness();
    private @Nullable InetSocketAddress local;
    private @Nullable InetSocketAddress bound;
    private @Nullable Attempt attempt;
    private @Nullable TcpEnd end;
    private boolean gone;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean dead;

    SimulatedSocketChannel(SimulatedNetwork network, ProtocolFamily family) {
        super(network.sockets());
        this.network = network;
        this.family = family;
    }

    /**
     * Makes one that was accepted.
     *
     * @param gone whether options can no longer be set
     */
    SimulatedSocketChannel(SimulatedNetwork network, ProtocolFamily family, TcpEnd end, boolean gone) {
        this(network, family);
        this.gone = gone;
        this.local = end.local();
        take(end);
    }

    private void take(TcpEnd connected) {
        end = connected;
        connected.watch(readiness::changed);
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private TcpEnd ensureConnected() throws ClosedChannelException {
        ensureOpen();
        if (end == null) {
            throw new NotYetConnectedException();
        }
        return end;
    }

    @Override
    public SocketChannel bind(SocketAddress wish) throws IOException {
        ensureOpen();
        if (attempt != null) {
            throw new ConnectionPendingException();
        }
        if (local != null) {
            throw new AlreadyBoundException();
        }
        InetSocketAddress address =
                wish == null ? new InetSocketAddress(Addresses.any(family), 0) : Addresses.check(wish, family);
        bound = network.tcp().bind(address, family, null);
        local = bound;
        return this;
    }

    @Override
    public boolean connect(SocketAddress to) throws IOException {
        InetSocketAddress remote = Addresses.target(Addresses.check(to, family));
        ensureOpen();
        if (end != null) {
            throw new AlreadyConnectedException();
        }
        if (attempt != null) {
            throw new ConnectionPendingException();
        }
        try {
            if (bound == null) {
                InetSocketAddress any = new InetSocketAddress(network.towards(remote.getAddress()), 0);
                bound = network.tcp().bind(any, family, null);
                local = bound;
            } else if (bound.getAddress().isAnyLocalAddress()) {
                local = new InetSocketAddress(network.towards(remote.getAddress()), bound.getPort());
            }
            attempt = new Attempt(network, Objects.requireNonNull(local), remote, readiness::changed);
            attempt.start();
        } catch (IOException e) {
            close();
            throw e;
        }
        return (isBlocking() || attempt.isOver()) && finishConnect();
    }

    @Override
    public boolean finishConnect() throws IOException {
        ensureOpen();
        if (end != null) {
            return true;
        }
        Attempt pending = attempt;
        if (pending == null) {
            throw new NoConnectionPendingException();
        }
        if (isBlocking()) {
            network.world().runUntil(() -> pending.isOver() || !isOpen());
            ensureOpen();
        }
        if (!pending.isOver()) {
            return false;
        }
        try {
            take(pending.result());
            attempt = null;
            return true;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public boolean isConnected() {
        return end != null;
    }

    @Override
    public boolean isConnectionPending() {
        return attempt != null;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        TcpEnd connected = ensureConnected();
        if (inputEnded) {
            return -1;
        }
        if (isBlocking() && to.hasRemaining()) {
            network.world().runUntil(() -> connected.isReadable() || !isOpen());
            ensureOpen();
        }
        return to.hasRemaining() ? connected.read(to) : 0;
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            int wish = to[i].remaining();
            int count = read(to[i]);
            if (count < 0 && sum == 0) {
                return count;
            }
            sum += Math.max(0, count);
            if (count < wish) {
                return sum;
            }
        }
        return sum;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        TcpEnd connected = ensureConnected();
        if (outputEnded) {
            throw new ClosedChannelException();
        }
        int before = from.remaining();
        connected.write(from);
        while (isBlocking() && from.hasRemaining()) {
            network.world().runUntil(() -> connected.isWritable() || !isOpen());
            ensureOpen();
            connected.write(from);
        }
        return before - from.remaining();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += write(from[i]);
            if (from[i].hasRemaining()) {
                return sum;
            }
        }
        return sum;
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        ensureConnected();
        inputEnded = true;
        readiness.changed();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        TcpEnd connected = ensureConnected();
        if (!outputEnded) {
            outputEnded = true;
            connected.endOutput();
        }
        return this;
    }

    @Override
    public int ready() {
        if (end != null) {
            boolean both = end.isReset();
            int read = both || inputEnded || end.isReadable() ? SelectionKey.OP_READ : 0;
            int write = both || end.isWritable() ? SelectionKey.OP_WRITE : 0;
            return read | write;
        }
        return attempt != null && attempt.isOver() ? SelectionKey.OP_CONNECT : 0;
    }

    @Override
    public boolean isNamedWhenClosed() {
        return end != null && end.isReset();
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    /** As the JDK closes: what is registered goes at the next selection, and ends its output now. */
    @Override
    protected void implCloseSelectableChannel() {
        if (!isRegistered()) {
            kill();
        } else if (end != null && !options.lingersForNothing()) {
            end.endOutput();
        }
    }

    @Override
    public void kill() {
        if (dead) {
            return;
        }
        dead = true;
        if (attempt != null) {
            attempt.cancel();
        }
        if (end != null) {
            end.close(options.lingersForNothing());
        }
        if (bound != null) {
            network.tcp().release(bound);
        }
        network.gone(this);
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // Looked up where it matters.
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        ensureOpen();
        return local;
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        ensureOpen();
        if (end != null) {
            return end.remote();
        }
        return attempt == null ? null : attempt.remote();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        ensureOpen();
        if (gone) {
            throw new SocketException("Invalid argument");
        }
        options.set(option, value);
        return this;
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        ensureOpen();
        return options.get(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Options.TCP;
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        String state = end != null ? "connected to " + end.remote() : attempt != null ? "connecting" : "not connected";
        return "TCP " + local + " " + state + (isOpen() ? "" : ", closed but registered");
    }
}
