package dev.socks5.simulation.network;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** How often each {@link Fault} is injected: at first none is. Counts those that were. */
public final class Faults {

    /** The unit of rates: this one is always. */
    public static final int ALWAYS = 10_000;

    private static final class Tally {
        private int rate;
        private long injected;
    }

    private final Map<Fault, Tally> tallies = new EnumMap<>(Fault.class);

    public Faults() {
        for (Fault fault : Fault.values()) {
            tallies.put(fault, new Tally());
        }
    }

    private Tally tally(Fault fault) {
        return Objects.requireNonNull(tallies.get(fault));
    }

    /**
     * Sets how often a fault is injected where it can be.
     *
     * @param rate of 10,000 times
     */
    public Faults with(Fault fault, int rate) {
        tally(fault).rate = rate;
        return this;
    }

    /** Sets the same rate for several faults. */
    public Faults with(int rate, Fault... faults) {
        for (Fault fault : faults) {
            with(fault, rate);
        }
        return this;
    }

    /** Returns how often a fault is injected, of 10,000 times. */
    public int rate(Fault fault) {
        return tally(fault).rate;
    }

    /** Chooses whether a fault is injected now. One that never is takes nothing from the source of choices. */
    boolean happens(Fault fault, Chance chance) {
        Tally tally = tally(fault);
        if (tally.rate == 0 || chance.below(ALWAYS) >= tally.rate) {
            return false;
        }
        tally.injected++;
        return true;
    }

    /** Returns how often a fault was injected. */
    public long injected(Fault fault) {
        return tally(fault).injected;
    }

    /** Returns how often each fault was injected, in an array of one: those that were not, too. */
    public Map<Fault, long[]> injected() {
        Map<Fault, long[]> counts = new EnumMap<>(Fault.class);
        tallies.forEach((fault, tally) -> counts.put(fault, new long[] {tally.injected}));
        return counts;
    }
}
