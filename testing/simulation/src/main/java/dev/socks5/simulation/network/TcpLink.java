package dev.socks5.simulation.network;

import java.net.InetSocketAddress;

/** A TCP connection between two ends, with the faults that it is going to have. */
final class TcpLink {

    private static final int WINDOW = 64 * 1024;
    private static final long LIFE = 20_000_000_000L;
    private static final long SLOWEST_NANOS_PER_BYTE = 100_000;

    private final SimulatedNetwork network;
    private final TcpEnd from;
    private final TcpEnd to;

    /**
     * Makes a connection.
     *
     * @param client the address of the end that connects
     * @param server the address that it connects to
     */
    TcpLink(SimulatedNetwork network, InetSocketAddress client, InetSocketAddress server) {
        this.network = network;
        long latency = network.happens(Fault.FAR) ? network.longLatency() : network.latency();
        Pipe there = pipe(latency);
        Pipe back = pipe(latency);
        this.from = new TcpEnd(network, client, server, back, there);
        this.to = new TcpEnd(network, server, client, there, back);
        there.between(from, to);
        back.between(to, from);
        disturb(there, back);
    }

    private Pipe pipe(long latency) {
        boolean small = network.happens(Fault.SMALL_WINDOW);
        int window = small ? 1 << network.below(0, 13) : WINDOW;
        long nanosPerByte = network.happens(Fault.SLOW_LINE) ? network.chance().between(1, SLOWEST_NANOS_PER_BYTE) : 0;
        return new Pipe(network, window, latency, nanosPerByte);
    }

    private void disturb(Pipe there, Pipe back) {
        if (network.happens(Fault.RESET)) {
            int who = network.below(0, 3);
            network.world().after(moment(), () -> {
                if (who != 0) {
                    from.resetFromOutside();
                }
                if (who != 1) {
                    to.resetFromOutside();
                }
            });
        }
        if (network.happens(Fault.STALL)) {
            Pipe stalled = network.below(0, 2) == 0 ? there : back;
            network.world().after(moment(), stalled::stall);
        }
    }

    /** Chooses a moment, mostly an early one. */
    private long moment() {
        return network.chance().below(LIFE >> network.below(0, 20)) + 1;
    }

    TcpEnd from() {
        return from;
    }

    TcpEnd to() {
        return to;
    }
}
