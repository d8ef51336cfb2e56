package dev.socks5.simulation;

import dev.socks5.simulation.network.Chance;
import dev.socks5.simulation.network.Fault;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that is planned for one run. The rest, such as delays and the order of events, follows from the seed.
 *
 * @param seed of the world
 * @param faults how often each fault is injected, of 10,000 times
 * @param faultyListener whether a listener throws at each event
 * @param operation what is done to the running server
 */
record Plan(
        long seed,
        Setup setup,
        Map<Fault, Integer> faults,
        boolean faultyListener,
        List<Visit> visits,
        Operation operation) {

    private static final int MOST_VISITS = 40;

    /** The faults that leave everybody their connection. */
    private static final List<Fault> GENTLE = List.of(
            Fault.SMALL_WINDOW, Fault.SPLIT, Fault.SHORT_WRITE, Fault.NO_WRITE, Fault.SHORT_READ, Fault.SPURIOUS_KEY);

    /** A plan in which nobody does anything to the running server. */
    Plan(long seed, Setup setup, Map<Fault, Integer> faults, boolean faultyListener, List<Visit> visits) {
        this(seed, setup, faults, faultyListener, visits, Operation.NONE);
    }

    static Plan of(long seed) {
        Chance chance = new Chance(seed).fork();
        Setup setup = chance.oneIn(4) ? Setup.PLAIN : Setup.of(chance);
        int count = 1 + chance.below(chance.below(MOST_VISITS) + 1);
        int span = 1 + chance.below(3_000);
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            visits.add(Visit.of(i, span, chance));
        }
        Map<Fault, Integer> faults = faults(chance);
        boolean faultyListener = chance.oneIn(8);
        return new Plan(seed, setup, faults, faultyListener, List.copyOf(visits), Operation.of(span, chance));
    }

    private static Map<Fault, Integer> faults(Chance chance) {
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        switch (chance.below(4)) {
            case 0 -> {}
            case 1 -> GENTLE.forEach(fault -> faults.put(fault, chance.below(3_000)));
            default -> {
                for (Fault fault : Fault.values()) {
                    if (chance.oneIn(3)) {
                        faults.put(fault, 1 + chance.below(chance.oneIn(4) ? 2_000 : 200));
                    }
                }
            }
        }
        return faults;
    }

    /** Whether the network does nothing worse than to cut and to delay a little. */
    boolean isGentle() {
        return GENTLE.containsAll(faults.keySet());
    }

    boolean injects(Fault... any) {
        for (Fault fault : any) {
            if (faults.getOrDefault(fault, 0) > 0) {
                return true;
            }
        }
        return false;
    }

    Plan with(Setup other) {
        return new Plan(seed, other, faults, faultyListener, visits, operation);
    }

    Plan with(List<Visit> others) {
        return new Plan(seed, setup, faults, faultyListener, others, operation);
    }

    Plan with(Map<Fault, Integer> others) {
        return new Plan(seed, setup, others, faultyListener, visits, operation);
    }

    Plan with(Operation other) {
        return new Plan(seed, setup, faults, faultyListener, visits, other);
    }

    Plan withSeed(long other) {
        return new Plan(other, setup, faults, faultyListener, visits, operation);
    }

    Plan withoutFaultyListener() {
        return new Plan(seed, setup, faults, false, visits, operation);
    }
}
