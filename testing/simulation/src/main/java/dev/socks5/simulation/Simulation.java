package dev.socks5.simulation;

import dev.socks5.simulation.network.Fault;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plays runs one after the other and adds up what there was in them. */
final class Simulation {

    /** A run that has shown something that must never be. */
    record Failure(Plan plan, Violation violation) {}

    long runs;
    long sessions;
    long events;
    long nanos;
    final Map<Fault, Long> injected = new EnumMap<>(Fault.class);

    /** Plays the run of one seed. */
    @Nullable
    Failure play(long seed) {
        return play(Plan.of(seed));
    }

    /** Plays a run. */
    @Nullable
    Failure play(Plan plan) {
        Run run = new Run(plan);
        try {
            run.play();
            return null;
        } catch (Violation e) {
            return new Failure(plan, e);
        } catch (RuntimeException | Error e) {
            Violation violation = new Violation(Rule.NOTHING_UNEXPECTED, e.toString());
            violation.initCause(e);
            return new Failure(plan, violation);
        } finally {
            run.network().close();
            runs++;
            sessions += plan.visits().size();
            events += run.world().events();
            nanos += run.world().elapsed();
            run.faults().injected().forEach((fault, count) -> injected.merge(fault, count[0], Long::sum));
        }
    }
}
