package dev.socks5.simulation.network;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prints how fast the network is: connections of some bytes to a host that echoes them. Run by hand. */
final class Speed {

    private static final int WORLDS = 500;
    private static final int CALLERS = 100;
    private static final int ROUNDS = 5;

    private Speed() {}

    @SuppressWarnings("SystemOut") // That is what it is for.
    public static void main(String[] args) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            long events = 0;
            for (int seed = 0; seed < WORLDS; seed++) {
                events += run(seed);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "%,d events, %,.0f a second; %,.0f connections a second%n",
                    events, events / seconds, WORLDS * CALLERS / seconds);
        }
    }

    private static long run(long seed) throws Exception {
        World world = new World(seed);
        Faults faults = new Faults().with(100, Fault.SPLIT, Fault.SHORT_READ, Fault.SHORT_WRITE, Fault.FAR);
        try (SimulatedNetwork network = new SimulatedNetwork(world, faults, List.of(EchoHost.ADDRESS));
                EchoHost host = new EchoHost(network, 2)) {
            for (int i = 0; i < CALLERS; i++) {
                InetSocketAddress from = new InetSocketAddress(EchoHost.address("203.0.113.1"), 5000 + i);
                world.after(world.chance().below(TimeUnit.SECONDS.toNanos(10)), () -> {
                    network.connect(from, EchoHost.at(), new Caller(world, 5));
                });
            }
            world.run(TimeUnit.MINUTES.toNanos(10));
        }
        return world.events();
    }
}
