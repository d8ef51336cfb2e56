package dev.socks5.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Datagrams come whole, but not always once, in order, or at all. */
class DatagramFaultsTest {

    private static final int COUNT = 200;
    private static final InetSocketAddress PEER = new InetSocketAddress(EchoHost.address("203.0.113.1"), 53);
    private static final long LONG = 100_000_000_000L;

    /** Sends numbers to be echoed, and returns those that come back. */
    private static List<Integer> echo(Faults faults) throws Exception {
        World world = new World(5);
        List<Integer> received = new ArrayList<>();
        SimulatedNetwork network = new SimulatedNetwork(world, faults, List.of(EchoHost.ADDRESS));
        EchoHost host = new EchoHost(network, 1);
        UdpPeer peer = network.udp(PEER, (from, bytes) -> {
            assertThat(from).isEqualTo(EchoHost.at());
            assertThat(bytes).hasSize(bytes[0] & 0xFF);
            received.add(bytes[0] & 0xFF);
        });
        for (int i = 1; i <= COUNT; i++) {
            byte[] bytes = new byte[i];
            bytes[0] = (byte) i;
            world.after(i * 50_000_000L, () -> peer.send(bytes, EchoHost.at()));
        }
        world.run(LONG);
        host.close();
        assertThat(network.descriptions()).isEmpty();
        return received;
    }

    @Test
    void comeInOrderWithoutFaults() throws Exception {
        assertThat(echo(new Faults())).hasSize(COUNT).isSorted();
    }

    @Test
    void areLost() throws Exception {
        assertThat(echo(new Faults().with(Fault.UDP_LOST, 1000)))
                .hasSizeBetween(100, 190)
                .isSorted();
        assertThat(echo(new Faults().with(Fault.UDP_NO_ROOM, 1000)))
                .hasSizeBetween(150, 199)
                .isSorted();
    }

    @Test
    void comeTwice() throws Exception {
        List<Integer> received = echo(new Faults().with(Fault.UDP_DOUBLED, 1000));
        assertThat(received).hasSizeGreaterThan(COUNT);
        assertThat(received.stream().distinct()).hasSize(COUNT);
    }

    @Test
    void overtakeEachOther() throws Exception {
        List<Integer> received = echo(new Faults().with(Fault.UDP_LATE, 1000));
        assertThat(received)
                .hasSize(COUNT)
                .isNotEqualTo(received.stream().sorted().toList());
    }

    @Test
    void areAnsweredWhereNobodyIs() {
        World world = new World(5);
        Faults faults = new Faults();
        SimulatedNetwork network = new SimulatedNetwork(world, faults, List.of(EchoHost.ADDRESS));
        List<InetSocketAddress> unreachable = new ArrayList<>();
        UdpPeer peer = network.udp(PEER, new UdpPeer.Owner() {
            @Override
            public void received(InetSocketAddress from, byte[] bytes) {
                throw new AssertionError();
            }

            @Override
            public void unreachable(InetSocketAddress to) {
                unreachable.add(to);
            }
        });
        peer.send(new byte[1], EchoHost.at());
        world.run(LONG);
        assertThat(unreachable).containsExactly(EchoHost.at());
        faults.with(Fault.ICMP_LOST, Faults.ALWAYS);
        peer.send(new byte[1], EchoHost.at());
        world.run(LONG);
        assertThat(unreachable).hasSize(1);
    }
}
