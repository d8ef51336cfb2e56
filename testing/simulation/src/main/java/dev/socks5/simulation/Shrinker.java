package dev.socks5.simulation;

import dev.socks5.simulation.Simulation.Failure;
import dev.socks5.simulation.network.Fault;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plan of a run that fails smaller, as long as it still breaks the same {@link Rule}: visits leave, those
 * that stay do less, faults and settings go. A smaller plan takes other turns, so each is tried with several seeds.
 */
final class Shrinker {

    private static final int SEEDS = 12;
    private static final int MOST_RUNS = 20_000;

    private final Function<Plan, @Nullable Failure> player;
    private Failure best;
    private int runs;

    private Shrinker(Failure failure, Function<Plan, @Nullable Failure> player) {
        this.best = failure;
        this.player = player;
    }

    /**
     * Returns the smallest plan that was found, and how it fails.
     *
     * @param player plays a plan; {@code null} if it does not fail
     */
    static Failure shrink(Failure failure, Function<Plan, @Nullable Failure> player) {
        Shrinker shrinker = new Shrinker(failure, player);
        while (shrinker.improve() && shrinker.runs < MOST_RUNS) {
            // Again: what could not go before can perhaps go now.
        }
        return shrinker.best;
    }

    private boolean improve() {
        boolean better = dropVisits();
        better |= tryPlan(best.plan().with(Map.of()));
        better |= tryPlan(best.plan().with(Setup.PLAIN));
        better |= tryPlan(best.plan().withoutFaultyListener());
        better |= simplifyOperation();
        better |= dropFaults();
        better |= simplifySetup();
        better |= simplifyVisits();
        return better;
    }

    /** Keeps a plan if it fails in the same way. */
    private boolean tryPlan(Plan plan) {
        if (plan.equals(best.plan())) {
            return false;
        }
        for (int i = 0; i < SEEDS && runs < MOST_RUNS; i++) {
            runs++;
            @Nullable Failure failure = player.apply(i == 0 ? plan : plan.withSeed(plan.seed() + i));
            if (failure != null
                    && failure.violation().rule() == best.violation().rule()) {
                best = failure;
                return true;
            }
        }
        return false;
    }

    private boolean dropVisits() {
        boolean better = false;
        for (int part = best.plan().visits().size() / 2; part > 0; part /= 2) {
            for (int from = 0; from < best.plan().visits().size(); ) {
                List<Visit> fewer = new ArrayList<>(best.plan().visits());
                fewer.subList(from, Math.min(from + part, fewer.size())).clear();
                if (tryPlan(best.plan().with(fewer))) {
                    better = true;
                } else {
                    from += part;
                }
            }
        }
        return better;
    }

    private boolean simplifyOperation() {
        boolean better = tryPlan(best.plan().with(Operation.NONE));
        better |= tryPlan(best.plan().with(best.plan().operation().withoutProgress()));
        better |= tryPlan(best.plan().with(best.plan().operation().withoutQuota()));
        for (int i = 0; i < best.plan().operation().acts().size(); ) {
            List<Act> fewer = new ArrayList<>(best.plan().operation().acts());
            fewer.remove(i);
            if (tryPlan(best.plan().with(best.plan().operation().with(fewer)))) {
                better = true;
            } else {
                i++;
            }
        }
        return better;
    }

    private boolean dropFaults() {
        boolean better = false;
        for (Fault fault : List.copyOf(best.plan().faults().keySet())) {
            Map<Fault, Integer> fewer = new EnumMap<>(best.plan().faults());
            fewer.remove(fault);
            better |= tryPlan(best.plan().with(fewer));
        }
        return better;
    }

    private boolean simplifySetup() {
        boolean better = false;
        for (int i = 0; i < Setup.class.getRecordComponents().length; i++) {
            better |= tryPlan(best.plan().with(with(best.plan().setup(), i, Setup.PLAIN)));
        }
        return better;
    }

    private boolean simplifyVisits() {
        boolean better = false;
        for (int v = 0; v < best.plan().visits().size(); v++) {
            for (int i = 0; i < Visit.class.getRecordComponents().length; i++) {
                List<Visit> simpler = new ArrayList<>(best.plan().visits());
                Visit visit = simpler.get(v);
                simpler.set(v, with(visit, i, Visit.simplest(visit.id())));
                better |= tryPlan(best.plan().with(simpler));
            }
        }
        return better;
    }

    /** Copies a record, with one component of another. */
    private static <R extends Record> R with(R record, int component, R other) {
        try {
            @SuppressWarnings("unchecked")
            Class<R> type = (Class<R>) record.getClass();
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                values[i] = components[i].getAccessor().invoke(i == component ? other : record);
            }
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a record of our own", e);
        }
    }
}
