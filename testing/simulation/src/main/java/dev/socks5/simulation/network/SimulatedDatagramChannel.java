package dev.socks5.simulation.network;

import dev.socks5.simulation.network.Datagrams.Datagram;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A UDP socket of the simulated host. */
final class SimulatedDatagramChannel extends DatagramChannel implements Readiness.Selectable, Datagrams.Receiver {

    private static final int LONGEST = 65_507;
    private static final int BUFFER = 208 * 1024;
    private static final int OVERHEAD = 256;

    private final SimulatedNetwork network;
    private final ProtocolFamily family;
    private final Options options = new Options(Options.UDP);
    private final Readiness readiness = new Readiness();
    private final Queue<Datagram> queue = new ArrayDeque<>();
    private @Nullable InetSocketAddress bound;
    private @Nullable InetSocketAddress local;
    private @Nullable InetSocketAddress remote;
    private int queued;
    private boolean refused;
    private boolean dead;

    SimulatedDatagramChannel(SimulatedNetwork network, ProtocolFamily family) {
        super(network.sockets());
        this.network = network;
        this.family = family;
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public DatagramChannel bind(SocketAddress wish) throws IOException {
        ensureOpen();
        if (bound != null) {
            throw new AlreadyBoundException();
        }
        bindTo(wish == null ? new InetSocketAddress(Addresses.any(family), 0) : Addresses.check(wish, family));
        return this;
    }

    private void bindTo(InetSocketAddress wish) throws IOException {
        bound = network.udp().bind(wish, family, this);
        local = bound;
    }

    private InetSocketAddress ensureBound() throws IOException {
        if (local == null) {
            bindTo(new InetSocketAddress(Addresses.any(family), 0));
        }
        return Objects.requireNonNull(local);
    }

    @Override
    public DatagramChannel connect(SocketAddress to) throws IOException {
        InetSocketAddress peer = Addresses.target(Addresses.check(to, family));
        ensureOpen();
        if (remote != null) {
            throw new AlreadyConnectedException();
        }
        local = from(ensureBound(), peer);
        remote = peer;
        queue.clear(); // As the JDK does: what came before from others is not heard.
        queued = 0;
        return this;
    }

    /** Finds the address that a datagram to a peer has as its source. */
    private InetSocketAddress from(InetSocketAddress mine, InetSocketAddress peer) throws SocketException {
        return mine.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(network.towards(peer.getAddress()), mine.getPort())
                : mine;
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        ensureOpen();
        remote = null;
        refused = false;
        local = bound;
        return this;
    }

    @Override
    public boolean isConnected() {
        return remote != null;
    }

    @Override
    public int send(ByteBuffer data, SocketAddress to) throws IOException {
        InetSocketAddress peer = Addresses.target(Addresses.check(to, family));
        ensureOpen();
        if (remote != null && !remote.equals(peer)) {
            throw new AlreadyConnectedException();
        }
        return send(new ByteBuffer[] {data}, 0, 1, peer);
    }

    private int send(ByteBuffer[] data, int offset, int length, InetSocketAddress peer) throws IOException {
        throwIfRefused();
        InetSocketAddress from = from(ensureBound(), peer);
        int size = 0;
        for (int i = offset; i < offset + length; i++) {
            size += data[i].remaining();
        }
        if (size > LONGEST) {
            throw new SocketException("Message too long");
        }
        if (network.reachability(peer) == Reachability.UNREACHABLE) {
            throw new SocketException("Network is unreachable");
        }
        if (network.happens(Fault.UDP_NO_ROOM)) {
            return 0;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        for (int i = offset; i < offset + length; i++) {
            bytes.put(data[i]);
        }
        network.dialled(from, peer, true);
        network.datagrams().send(new Datagram(from, peer, bytes.array()));
        return size;
    }

    private void throwIfRefused() throws PortUnreachableException {
        if (refused) {
            refused = false;
            throw new PortUnreachableException();
        }
    }

    @Override
    public @Nullable SocketAddress receive(ByteBuffer to) throws IOException {
        ensureOpen();
        ensureBound();
        Datagram next = next();
        if (next == null) {
            return null;
        }
        to.put(next.bytes(), 0, Math.min(to.remaining(), next.bytes().length));
        return next.from();
    }

    private @Nullable Datagram next() throws IOException {
        if (isBlocking()) {
            network.world().runUntil(() -> !queue.isEmpty() || refused || !isOpen());
            ensureOpen();
        }
        throwIfRefused();
        Datagram next = queue.poll();
        if (next != null) {
            queued -= next.bytes().length + OVERHEAD;
        }
        return next;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        return (int) read(new ByteBuffer[] {to}, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        ensureOpen();
        if (remote == null) {
            throw new NotYetConnectedException();
        }
        Datagram next = next();
        if (next == null) {
            return 0;
        }
        int count = 0;
        for (int i = offset; i < offset + length; i++) {
            int part = Math.min(to[i].remaining(), next.bytes().length - count);
            to[i].put(next.bytes(), count, part);
            count += part;
        }
        return count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return (int) write(new ByteBuffer[] {from}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        ensureOpen();
        if (remote == null) {
            throw new NotYetConnectedException();
        }
        return send(from, offset, length, remote);
    }

    @Override
    public void deliver(Datagram datagram) {
        int size = datagram.bytes().length + OVERHEAD;
        if ((remote == null || remote.equals(datagram.from())) && queued + size <= BUFFER) {
            queue.add(datagram);
            queued += size;
            readiness.changed();
        }
    }

    @Override
    public void unreachable(InetSocketAddress to) {
        if (to.equals(remote)) {
            refused = true;
            readiness.changed();
        }
    }

    @Override
    public int ready() {
        int read = queue.isEmpty() && !refused ? 0 : SelectionKey.OP_READ;
        return read | SelectionKey.OP_WRITE;
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
        if (!dead) {
            dead = true;
            if (bound != null) {
                network.udp().release(bound);
            }
            network.gone(this);
        }
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
        return remote;
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> option, T value) throws IOException {
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
        return Options.UDP;
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface at) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface at, InetAddress source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DatagramSocket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return "UDP " + local + (isOpen() ? "" : ", closed but registered");
    }
}
