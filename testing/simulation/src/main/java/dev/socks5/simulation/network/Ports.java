package dev.socks5.simulation.network;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ports of the simulated host that are taken, of one protocol.
 *
 * @param <S> the kind of socket that receives
 */
final class Ports<S> {

    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;
    private static final int ATTEMPTS = 1_000;

    /** A socket at an address; {@code both} families if it is that of {@code ::}. */
    private record Taken<S>(
            InetSocketAddress address,
            boolean both,
            @Nullable S socket) {

        boolean covers(InetAddress other) {
            InetAddress mine = address.getAddress();
            return mine.equals(other)
                    || (mine.isAnyLocalAddress() && (both || Addresses.isIpv4(mine) == Addresses.isIpv4(other)));
        }
    }

    private final SimulatedNetwork network;
    private final Map<Integer, List<Taken<S>>> taken = new HashMap<>();

    Ports(SimulatedNetwork network) {
        this.network = network;
    }

    /**
     * Takes a port, any if it is 0.
     *
     * @param socket who receives at it; null if nobody does
     */
    InetSocketAddress bind(InetSocketAddress wish, ProtocolFamily family, @Nullable S socket) throws BindException {
        InetAddress address = Addresses.withoutName(wish.getAddress());
        if (!address.isAnyLocalAddress() && !network.isOwn(address)) {
            throw new BindException("Cannot assign requested address");
        }
        boolean both = family == StandardProtocolFamily.INET6 && address.isAnyLocalAddress();
        if (wish.getPort() != 0) {
            return take(new Taken<>(new InetSocketAddress(address, wish.getPort()), both, socket));
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = network.below(FIRST_EPHEMERAL, LAST_EPHEMERAL + 1);
            Taken<S> entry = new Taken<>(new InetSocketAddress(address, port), both, socket);
            if (isFree(entry)) {
                return take(entry);
            }
        }
        throw new BindException("Address already in use");
    }

    private boolean isFree(Taken<S> entry) {
        for (Taken<S> other : taken.getOrDefault(entry.address().getPort(), List.of())) {
            if (other.covers(entry.address().getAddress())
                    || entry.covers(other.address().getAddress())) {
                return false;
            }
        }
        return true;
    }

    private InetSocketAddress take(Taken<S> entry) throws BindException {
        if (!isFree(entry) || network.happens(Fault.PORT_TAKEN)) {
            throw new BindException("Address already in use");
        }
        taken.computeIfAbsent(entry.address().getPort(), port -> new ArrayList<>(1))
                .add(entry);
        return entry.address();
    }

    void release(InetSocketAddress address) {
        List<Taken<S>> there = taken.getOrDefault(address.getPort(), List.of());
        there.removeIf(entry -> entry.address().equals(address));
        if (there.isEmpty()) {
            taken.remove(address.getPort());
        }
    }

    /** Finds who receives at an address of this host, or null. */
    @Nullable
    S at(InetSocketAddress address) {
        for (Taken<S> entry : taken.getOrDefault(address.getPort(), List.of())) {
            if (entry.covers(address.getAddress())) {
                return entry.socket();
            }
        }
        return null;
    }
}
