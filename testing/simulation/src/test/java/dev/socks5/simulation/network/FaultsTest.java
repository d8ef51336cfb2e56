package dev.socks5.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Event loops of the server get along with the faults, which change the way of the bytes and not the bytes. */
class FaultsTest {

    private static final Fault[] HARMLESS = {
        Fault.FAR,
        Fault.SLOW_LINE,
        Fault.SMALL_WINDOW,
        Fault.SPLIT,
        Fault.SHORT_WRITE,
        Fault.NO_WRITE,
        Fault.SHORT_READ,
        Fault.SPURIOUS_KEY,
        Fault.SPURIOUS_WAKEUP,
        Fault.LATE_TURN
    };
    private static final Fault[] HARMFUL = {
        Fault.RESET, Fault.RESET_OVERTAKES, Fault.RESET_DROPS_INPUT, Fault.ACCEPT_GONE, Fault.NO_DESCRIPTOR
    };
    private static final long LONG = 100_000_000_000_000L;

    /** A run of several callers. */
    private record Run(SimulatedNetwork network, List<Caller> callers, Trace trace, long events) {}

    private static Run run(long seed, Faults faults, int count) throws Exception {
        World world = new World(seed);
        world.trace().turn(true);
        List<InetAddress> own = List.of(EchoHost.ADDRESS, EchoHost.ADDRESS6);
        SimulatedNetwork network = new SimulatedNetwork(world, faults, own);
        List<Caller> callers = new ArrayList<>();
        try (EchoHost host = new EchoHost(network, 2)) {
            for (int i = 0; i < count; i++) {
                InetSocketAddress from = new InetSocketAddress(EchoHost.address("203.0.113." + (i + 1)), 5000 + i);
                Caller caller = new Caller(world, 5);
                callers.add(caller);
                world.after(world.chance().below(1_000_000_000L), () -> network.connect(from, EchoHost.at(), caller));
            }
            world.run(LONG);
        }
        assertThat(network.descriptions()).as("seed %d", seed).isEmpty();
        network.close();
        return new Run(network, callers, world.trace(), world.events());
    }

    @Test
    void bringsEveryByteInOrder() throws Exception {
        Map<Fault, Long> injected = new EnumMap<>(Fault.class);
        for (long seed = 0; seed < 100; seed++) {
            Run run = run(seed, new Faults().with(500, HARMLESS), 10);
            assertThat(run.callers()).as("seed %d", seed).allMatch(Caller::hasAll);
            run.network().injected().forEach((fault, times) -> injected.merge(fault, times[0], Long::sum));
        }
        for (Fault fault : HARMLESS) {
            assertThat(injected.get(fault)).as("%s", fault).isPositive();
        }
    }

    @Test
    void bringsAPrefixIfTheConnectionBreaks() throws Exception {
        Map<Fault, Long> injected = new EnumMap<>(Fault.class);
        long whole = 0;
        long resets = 0;
        for (long seed = 0; seed < 100; seed++) {
            Faults faults = new Faults().with(200, HARMLESS).with(300, HARMFUL);
            Run run;
            try {
                run = run(seed, faults, 10);
            } catch (IOException e) {
                continue; // No descriptor for the loops.
            }
            assertThat(run.callers()).as("seed %d", seed).allMatch(Caller::hasAPrefix);
            whole += run.callers().stream().filter(Caller::hasAll).count();
            resets += run.callers().stream().filter(caller -> caller.reset).count();
            run.network().injected().forEach((fault, times) -> injected.merge(fault, times[0], Long::sum));
        }
        assertThat(whole).isBetween(500L, 999L);
        assertThat(resets).isPositive();
        for (Fault fault : HARMFUL) {
            assertThat(injected.get(fault)).as("%s", fault).isPositive();
        }
    }

    @Test
    void runsTheSameFromTheSameSeed() throws Exception {
        Faults faults = new Faults().with(300, HARMLESS).with(300, HARMFUL).with(Fault.NO_DESCRIPTOR, 10);
        Run one = run(11, faults, 40);
        Run other = run(11, faults, 40);
        assertThat(one.trace().entries()).hasSizeGreaterThan(1000);
        assertThat(other.trace().entries()).hasSameSizeAs(one.trace().entries());
        assertThat(other.trace().digest()).isEqualTo(one.trace().digest());
        assertThat(other.events()).isEqualTo(one.events());
        Run different = run(12, faults, 40);
        assertThat(different.trace().digest()).isNotEqualTo(one.trace().digest());
    }

    @Test
    void injectsNothingUnlessAsked() throws Exception {
        Run run = run(1, new Faults(), 20);
        assertThat(run.callers()).allMatch(Caller::hasAll);
        assertThat(run.network().injected().values()).allMatch(times -> times[0] == 0);
    }
}
