package dev.socks5.simulation.client;

import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.Fault;
import dev.socks5.simulation.network.Faults;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What happens in one run: all of it follows from the seed.
 *
 * @param slowWork whether work may have to wait long for a thread
 * @param rejectsWork whether there may be no thread for it
 * @param rates how often each fault of the network is injected; none if the network is calm
 */
record ClientPlan(long seed, boolean slowWork, boolean rejectsWork, Map<Fault, Integer> rates, List<Errand> errands) {

    private static final List<Fault> OF_THE_NETWORK = List.of(
            Fault.FAR,
            Fault.SLOW_LINE,
            Fault.SMALL_WINDOW,
            Fault.SPLIT,
            Fault.SHORT_WRITE,
            Fault.NO_WRITE,
            Fault.SHORT_READ,
            Fault.RESET,
            Fault.STALL,
            Fault.RESET_OVERTAKES,
            Fault.RESET_DROPS_INPUT,
            Fault.CONNECT_AT_ONCE,
            Fault.CONNECT_REFUSED,
            Fault.CONNECT_UNREACHABLE,
            Fault.CONNECT_NO_ROUTE,
            Fault.CONNECT_SILENT,
            Fault.CONNECT_TIMES_OUT,
            Fault.NO_DESCRIPTOR,
            Fault.PORT_TAKEN,
            Fault.SPURIOUS_KEY,
            Fault.SPURIOUS_WAKEUP,
            Fault.SELECT_FAILS,
            Fault.LATE_TURN);

    /** Change how bytes come and go, and nothing else. */
    private static final List<Fault> HARMLESS =
            List.of(Fault.SPLIT, Fault.SHORT_WRITE, Fault.SHORT_READ, Fault.CONNECT_AT_ONCE, Fault.SPURIOUS_KEY);

    private static final List<Integer> RATES = List.of(20, 200, 2_000);
    private static final int OFTEN = 5_000;

    static ClientPlan of(long seed) {
        Chance chance = new Chance(seed);
        boolean calm = chance.oneIn(2);
        Map<Fault, Integer> rates = new EnumMap<>(Fault.class);
        for (Fault fault : calm ? HARMLESS : OF_THE_NETWORK) {
            if (chance.oneIn(3)) {
                rates.put(fault, calm ? OFTEN : chance.pick(RATES));
            }
        }
        boolean slow = !calm && chance.oneIn(4);
        boolean rejects = !calm && chance.oneIn(8);
        int count = chance.oneIn(3) ? 1 : 1 + chance.below(8);
        List<Errand> errands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            errands.add(Errand.of(i, chance, count == 1 || !calm));
        }
        return new ClientPlan(seed, slow, rejects, rates, errands);
    }

    /** Whether nothing but proxies, names and users can stand in the way. */
    boolean isCalm() {
        return !slowWork && !rejectsWork && HARMLESS.containsAll(rates.keySet());
    }

    boolean has(Fault fault) {
        return rates.containsKey(fault);
    }

    Faults faults() {
        Faults faults = new Faults();
        rates.forEach(faults::with);
        return faults;
    }
}
