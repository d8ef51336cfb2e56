package dev.socks5.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.simulation.Simulation.Failure;
import dev.socks5.simulation.Visit.Kind;
import dev.socks5.simulation.network.Fault;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shrinks busy plans of which a certain part is made to fail. */
class ShrinkerTest {

    /** It takes two visits, a fault and a setting, and seeds matter. */
    private static @Nullable Failure play(Plan plan) {
        boolean binds = plan.visits().stream().anyMatch(visit -> visit.kind() == Kind.BIND && visit.up() >= 100);
        boolean looksUp = plan.visits().stream().anyMatch(visit -> visit.kind() == Kind.RESOLVE);
        boolean fails =
                binds && looksUp && plan.injects(Fault.SPLIT) && plan.setup().loops() == 2;
        if (fails && plan.seed() % 3 == 0) {
            return new Failure(plan, new Violation(Rule.NOTHING_IS_LOST, "on purpose"));
        }
        return plan.visits().isEmpty() ? new Failure(plan, new Violation(Rule.ANSWERS_FIT, "on purpose, too")) : null;
    }

    private static Failure failing() {
        for (long seed = 0; ; seed += 3) {
            @Nullable Failure failure = play(Plan.of(seed));
            if (failure != null && failure.plan().visits().size() > 10) {
                return failure;
            }
        }
    }

    @Test
    void onlyWhatItTakesStays() {
        Plan small = Shrinker.shrink(failing(), ShrinkerTest::play).plan();
        assertThat(small.visits()).extracting(Visit::kind).containsExactlyInAnyOrder(Kind.BIND, Kind.RESOLVE);
        assertThat(small.faults()).containsOnlyKeys(Fault.SPLIT);
        assertThat(small.setup().loops()).isEqualTo(2);
        assertThat(small.setup().handshake()).isEqualTo(Setup.PLAIN.handshake());
        assertThat(small.faultyListener()).isFalse();
        assertThat(small.visits()).allMatch(visit -> visit.down() == 1 && visit.at() == 0);
    }

    @Test
    void anotherFailureIsNoReason() {
        Failure small = Shrinker.shrink(failing(), ShrinkerTest::play);
        assertThat(small.violation().rule()).isEqualTo(Rule.NOTHING_IS_LOST);
    }
}
