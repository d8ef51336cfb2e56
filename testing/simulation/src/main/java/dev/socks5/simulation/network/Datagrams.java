package dev.socks5.simulation.network;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Carries datagrams, or not. */
final class Datagrams {

    private static final long LATE = TimeUnit.SECONDS.toNanos(3);

    /** A datagram. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Datagram(InetSocketAddress from, InetSocketAddress to, byte[] bytes) {}

    /** A socket that datagrams come to. */
    interface Receiver {
        void deliver(Datagram datagram);

        /** Nobody is at an address to which a datagram of this socket's was sent. */
        void unreachable(InetSocketAddress to);
    }

    private final SimulatedNetwork network;
    private final Map<InetSocketAddress, Receiver> programs = new HashMap<>();

    Datagrams(SimulatedNetwork network) {
        this.network = network;
    }

    UdpPeer open(InetSocketAddress at, UdpPeer.Owner owner) {
        Program program = new Program(at, owner);
        if (programs.putIfAbsent(at, program) != null) {
            throw new IllegalStateException("somebody has that port: " + at);
        }
        return program;
    }

    private final class Program implements UdpPeer, Receiver {
        private final InetSocketAddress at;
        private final UdpPeer.Owner owner;

        private Program(InetSocketAddress at, UdpPeer.Owner owner) {
            this.at = at;
            this.owner = owner;
        }

        @Override
        public void send(byte[] bytes, InetSocketAddress to) {
            Datagrams.this.send(new Datagram(at, to, bytes));
        }

        @Override
        public InetSocketAddress local() {
            return at;
        }

        @Override
        public void close() {
            programs.remove(at, this);
        }

        @Override
        public void deliver(Datagram datagram) {
            owner.received(datagram.from(), datagram.bytes());
        }

        @Override
        public void unreachable(InetSocketAddress to) {
            owner.unreachable(to);
        }
    }

    void send(Datagram datagram) {
        if (network.happens(Fault.UDP_LOST)) {
            trace(Trace.Kind.LOST, datagram);
            return;
        }
        travel(datagram);
        if (network.happens(Fault.UDP_DOUBLED)) {
            travel(datagram);
        }
    }

    private void travel(Datagram datagram) {
        long more = network.happens(Fault.UDP_LATE) ? network.chance().below(LATE) : 0;
        network.world().after(network.latency() + more, () -> arrive(datagram));
    }

    private void arrive(Datagram datagram) {
        trace(Trace.Kind.DATAGRAM, datagram);
        @Nullable Receiver to = receiver(datagram.to());
        if (to != null) {
            to.deliver(datagram);
        } else if (network.reachability(datagram.to()) != Reachability.SILENT && !network.happens(Fault.ICMP_LOST)) {
            network.world().after(network.latency(), () -> icmp(datagram));
        }
    }

    private void icmp(Datagram datagram) {
        if (network.world().trace().isOn()) {
            network.world().trace().add(Trace.Kind.ICMP, datagram.to(), datagram.from());
        }
        @Nullable Receiver sender = receiver(datagram.from());
        if (sender != null) {
            sender.unreachable(datagram.to());
        }
    }

    private @Nullable Receiver receiver(InetSocketAddress at) {
        return network.isOwn(at.getAddress()) ? network.udp().at(at) : programs.get(at);
    }

    private void trace(Trace.Kind kind, Datagram datagram) {
        network.world().trace().add(kind, datagram.from(), datagram.to(), datagram.bytes());
    }
}
