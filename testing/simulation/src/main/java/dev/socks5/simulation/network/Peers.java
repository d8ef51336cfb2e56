package dev.socks5.simulation.network;

import java.io.Closeable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What there is at addresses, and who listens for TCP connections there. */
final class Peers {

    private final SimulatedNetwork network;
    private final Map<InetSocketAddress, Function<InetSocketAddress, Wire.@Nullable Owner>> listeners = new HashMap<>();
    private final Map<InetSocketAddress, Reachability> ports = new HashMap<>();
    private final Map<InetAddress, Reachability> hosts = new HashMap<>();

    Peers(SimulatedNetwork network) {
        this.network = network;
    }

    Closeable listen(InetSocketAddress at, Function<InetSocketAddress, Wire.@Nullable Owner> accept) {
        if (listeners.putIfAbsent(at, accept) != null) {
            throw new IllegalStateException("somebody listens there: " + at);
        }
        return () -> listeners.remove(at, accept);
    }

    void behave(InetAddress at, Reachability how) {
        hosts.put(at, how);
    }

    void behave(InetSocketAddress at, Reachability how) {
        ports.put(at, how);
    }

    Reachability reachability(InetSocketAddress at) {
        @Nullable Reachability known = ports.get(at);
        return known != null ? known : hosts.getOrDefault(at.getAddress(), Reachability.OPEN);
    }

    /** Whether the host has no room for another connection at an address, and gives no answer. */
    boolean isFull(InetSocketAddress at) {
        @Nullable SimulatedServerSocketChannel channel = channel(at);
        return channel != null && !channel.hasRoom();
    }

    private @Nullable SimulatedServerSocketChannel channel(InetSocketAddress at) {
        return network.isOwn(at.getAddress()) ? network.tcp().at(at) : null;
    }

    /**
     * Brings a new connection to who listens.
     *
     * @return null if nobody does
     */
    @Nullable
    TcpLink connect(InetSocketAddress from, InetSocketAddress to) {
        @Nullable SimulatedServerSocketChannel channel = channel(to);
        if (channel != null) {
            TcpLink link = new TcpLink(network, from, to);
            channel.enqueue(link.to());
            return link;
        }
        @Nullable Function<InetSocketAddress, Wire.@Nullable Owner> listener = listeners.get(to);
        Wire.@Nullable Owner owner = listener == null ? null : listener.apply(from);
        if (owner == null) {
            return null;
        }
        TcpLink link = new TcpLink(network, from, to);
        ProgramWire wire = new ProgramWire(network.world(), to, from, owner);
        network.world().after(0, () -> wire.connected(link.to()));
        return link;
    }
}
