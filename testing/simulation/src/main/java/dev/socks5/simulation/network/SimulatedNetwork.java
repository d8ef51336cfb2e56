package dev.socks5.simulation.network;

import dev.socks5.server.internal.net.Network;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The network of one host, and programs around it. The host has channels and selectors; programs have callbacks. Used
 * by one thread, that of the {@link World}.
 */
public final class SimulatedNetwork implements Network, AutoCloseable {

    /** A buffer that a loop reads into has this size, however large it would be in the memory of this JVM. */
    private static final int LOOP_BUFFER = 64 * 1024;

    private static final int LARGEST_BUFFER = LOOP_BUFFER + 1024;
    private static final long SHORTEST = TimeUnit.MICROSECONDS.toNanos(10);
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long FAR = TimeUnit.SECONDS.toNanos(2);
    private static final long SYN_RETRY = TimeUnit.SECONDS.toNanos(1);
    private static final int SYN_RETRIES = 6;

    /** Buffers of networks that are closed, for the next: direct ones are costly. */
    private static final ThreadLocal<Deque<ByteBuffer>> BUFFERS = ThreadLocal.withInitial(ArrayDeque::new);

    private static final byte[] ZEROS = new byte[LARGEST_BUFFER];

    private final World world;
    private final Chance chance;
    private final Faults faults;
    private final Addresses addresses;
    private final SimulatedSockets sockets = new SimulatedSockets(this);
    private final Ports<SimulatedServerSocketChannel> tcp = new Ports<>(this);
    private final Ports<Datagrams.Receiver> udp = new Ports<>(this);
    private final Peers peers = new Peers(this);
    private final Datagrams datagrams = new Datagrams(this);
    private final Set<Object> open = new LinkedHashSet<>();
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final List<Dialled> dialled = new ArrayList<>();
    private @Nullable Consumer<Dialled> onDial;
    private int descriptors = Integer.MAX_VALUE;
    private int number;
    private long fixedLatency;

    /**
     * Makes a network.
     *
     * @param own the addresses of the host besides loopback
     */
    public SimulatedNetwork(World world, Faults faults, List<InetAddress> own) {
        this.world = world;
        this.chance = world.chance();
        this.faults = faults;
        this.addresses = new Addresses(own);
    }

    /** Connects a program, from an address to one of the host's; unless the wire is closed meanwhile. */
    public Wire connect(InetSocketAddress from, InetSocketAddress to, Wire.Owner owner) {
        ProgramWire wire = new ProgramWire(world, from, to, owner);
        world.trace().add(Trace.Kind.CONNECT, from, to);
        long latency = latency();
        world.after(latency, () -> arrive(wire, latency, SYN_RETRIES));
        return wire;
    }

    /** Connects two programs with each other, on the host and elsewhere: the first at once, the second in a moment. */
    public void join(InetSocketAddress here, Wire.Owner near, InetSocketAddress there, Wire.Owner far) {
        TcpLink link = new TcpLink(this, here, there);
        new ProgramWire(world, here, there, near).connected(link.from());
        ProgramWire other = new ProgramWire(world, there, here, far);
        world.trace().add(Trace.Kind.CONNECT, here, there);
        world.after(latency(), () -> other.connected(link.to()));
    }

    private void arrive(ProgramWire wire, long latency, int retries) {
        if (peers.isFull(wire.remote())) {
            if (retries == 0) {
                refused(wire, "Connection timed out");
            } else {
                world.after(SYN_RETRY, () -> arrive(wire, latency, retries - 1));
            }
            return;
        }
        @Nullable TcpLink link = peers.connect(wire.local(), wire.remote());
        if (link == null) {
            world.after(latency, () -> refused(wire, "Connection refused"));
        } else {
            world.after(latency, () -> wire.connected(link.from()));
        }
    }

    private void refused(ProgramWire wire, String why) {
        world.trace().add(Trace.Kind.REFUSED, wire.remote(), wire.local());
        wire.failed(new ConnectException(why));
    }

    /**
     * Has a program listen at an address, which the host can connect to then.
     *
     * @param accept makes the owner of each connection; null if it is refused
     */
    public Closeable listen(InetSocketAddress at, Function<InetSocketAddress, Wire.@Nullable Owner> accept) {
        return peers.listen(at, accept);
    }

    /** Sets what becomes of attempts to connect to any port of an address. */
    public void behave(InetAddress at, Reachability how) {
        peers.behave(at, how);
    }

    /** Sets what becomes of attempts to connect to a port. */
    public void behave(InetSocketAddress at, Reachability how) {
        peers.behave(at, how);
    }

    /** Gives a program a UDP socket. */
    public UdpPeer udp(InetSocketAddress at, UdpPeer.Owner owner) {
        return datagrams.open(at, owner);
    }

    /** Returns how many channels and selectors of the host take a descriptor. */
    public int openSockets() {
        return open.size();
    }

    /** Describes the channels and selectors of the host that take a descriptor. */
    public List<String> descriptions() {
        return open.stream().map(Object::toString).toList();
    }

    /** Sets how many channels and selectors the host may have. */
    public void descriptors(int most) {
        descriptors = most;
    }

    /** Returns where the host has connected to, or sent datagrams to, so far. The list can be cleared. */
    public List<Dialled> dialled() {
        return dialled;
    }

    /** Has each address given to a listener instead of the list. */
    public void onDial(Consumer<Dialled> listener) {
        onDial = listener;
    }

    /** Returns how often each fault was injected. */
    public Map<Fault, long[]> injected() {
        return faults.injected();
    }

    /** Gives the memory back, for other networks. The host must have ended. */
    @Override
    public void close() {
        BUFFERS.get().addAll(buffers);
        buffers.clear();
    }

    @Override
    public long nanoTime() {
        return world.nanoTime();
    }

    @Override
    public SelectorProvider sockets() {
        return sockets;
    }

    @Override
    public ByteBuffer allocate(int bytes) {
        int size = bytes > LARGEST_BUFFER ? LOOP_BUFFER : bytes;
        @Nullable ByteBuffer pooled = BUFFERS.get().peek();
        if (pooled != null && pooled.capacity() >= size) {
            BUFFERS.get().remove();
            pooled.clear().put(ZEROS);
        } else {
            pooled = ByteBuffer.allocateDirect(LARGEST_BUFFER);
        }
        buffers.add(pooled);
        return pooled.clear().slice(0, size);
    }

    @Override
    public boolean isOwn(InetAddress address) {
        return addresses.isOwn(address);
    }

    @Override
    public int random(int bound) {
        return chance.below(bound);
    }

    @Override
    public LoopThread thread(String name, Turns turns) {
        return new SimulatedLoop(this, name, turns);
    }

    @Override
    public ExecutorService workers() {
        return new SimulatedWorkers(this, true);
    }

    @Override
    public ExecutorService carriers() {
        return new SimulatedWorkers(this, false);
    }

    @Override
    public void await(Object monitor, long nanos) {
        world.stepWithin(nanos);
    }

    @Override
    public void pause(long nanos) {
        Objects.requireNonNull(world.current).pause(nanos);
    }

    World world() {
        return world;
    }

    Chance chance() {
        return chance;
    }

    boolean happens(Fault fault) {
        return faults.happens(fault, chance);
    }

    /** Returns a number in the range, the last excluded. */
    int below(int first, int last) {
        return first + chance.below(last - first);
    }

    /** Has every packet of later connections, and every later datagram, take the same time. */
    public void latency(long nanos) {
        fixedLatency = nanos;
    }

    /** Chooses the time that a packet takes, mostly a short one. */
    long latency() {
        return fixedLatency > 0 ? fixedLatency : SHORTEST + chance.below(LONGEST >> chance.below(10));
    }

    long longLatency() {
        return LONGEST + chance.below(FAR);
    }

    Ports<SimulatedServerSocketChannel> tcp() {
        return tcp;
    }

    Ports<Datagrams.Receiver> udp() {
        return udp;
    }

    Peers peers() {
        return peers;
    }

    Datagrams datagrams() {
        return datagrams;
    }

    int nextNumber() {
        return number++;
    }

    InetAddress towards(InetAddress peer) throws SocketException {
        return addresses.towards(peer);
    }

    Reachability reachability(InetSocketAddress at) {
        return peers.reachability(at);
    }

    void checkDescriptors() throws IOException {
        if (open.size() >= descriptors || happens(Fault.NO_DESCRIPTOR)) {
            throw new IOException("Too many open files");
        }
    }

    <T> T opened(T socket) {
        open.add(socket);
        return socket;
    }

    void gone(Object socket) {
        open.remove(socket);
    }

    void dialled(InetSocketAddress local, InetSocketAddress remote, boolean datagram) {
        Dialled entry = new Dialled(world.elapsed(), local, remote, datagram);
        if (onDial != null) {
            onDial.accept(entry);
        } else {
            dialled.add(entry);
        }
    }
}
