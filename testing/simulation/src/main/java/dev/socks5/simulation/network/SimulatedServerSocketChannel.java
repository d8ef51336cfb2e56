package dev.socks5.simulation.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A listening socket of the simulated host. */
final class SimulatedServerSocketChannel extends ServerSocketChannel implements Readiness.Selectable {

    private static final int DEFAULT_BACKLOG = 50;

    private final SimulatedNetwork network;
    private final ProtocolFamily family;
    private final Options options = new Options(Options.LISTENING);
    private final Readiness readiness = new Readiness();
    private final Queue<TcpEnd> queue = new ArrayDeque<>();
    private @Nullable InetSocketAddress local;
    private int backlog;
    private boolean dead;

    SimulatedServerSocketChannel(SimulatedNetwork network, ProtocolFamily family) {
        super(network.sockets());
        this.network = network;
        this.family = family;
    }

    @Override
    public ServerSocketChannel bind(SocketAddress wish, int size) throws IOException {
        ensureOpen();
        if (local != null) {
            throw new AlreadyBoundException();
        }
        InetSocketAddress address =
                wish == null ? new InetSocketAddress(Addresses.any(family), 0) : Addresses.check(wish, family);
        local = network.tcp().bind(address, family, this);
        backlog = size < 1 ? DEFAULT_BACKLOG : size;
        return this;
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    boolean hasRoom() {
        return queue.size() < backlog;
    }

    /** Puts a connection at the end of those that wait to be accepted. */
    void enqueue(TcpEnd end) {
        queue.add(end);
        readiness.changed();
    }

    @Override
    public @Nullable SocketChannel accept() throws IOException {
        ensureOpen();
        if (local == null) {
            throw new NotYetBoundException();
        }
        if (queue.isEmpty() && isBlocking()) {
            network.world().runUntil(() -> !queue.isEmpty() || !isOpen());
            ensureOpen();
        }
        if (queue.isEmpty()) {
            return null;
        }
        network.checkDescriptors();
        TcpEnd end = queue.remove();
        return network.opened(new SimulatedSocketChannel(network, family, end, network.happens(Fault.ACCEPT_GONE)));
    }

    @Override
    public int ready() {
        return queue.isEmpty() ? 0 : SelectionKey.OP_ACCEPT;
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    @Override
    protected void implCloseSelectableChannel() {
        if (!isRegistered()) {
            kill();
        }
    }

    @Override
    public void kill() {
        if (dead) {
            return;
        }
        dead = true;
        if (local != null) {
            network.tcp().release(local);
        }
        while (!queue.isEmpty()) {
            queue.remove().close(true);
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
    public <T> ServerSocketChannel setOption(SocketOption<T> option, T value) throws IOException {
        ensureOpen();
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
        return Options.LISTENING;
    }

    @Override
    public ServerSocket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return "TCP listener " + local + (isOpen() ? "" : ", closed but registered");
    }
}
