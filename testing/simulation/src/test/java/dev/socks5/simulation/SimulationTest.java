package dev.socks5.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.socks5.simulation.Simulation.Failure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole server on a simulated network: the same seeds at each build, one seed to see it again
 * ({@code -Dsimulation.seed=N}), or fresh ones for as many sessions as are asked for ({@code -Dsimulation.sessions=N}).
 */
class SimulationTest {

    private static final @Nullable Long SEED = Long.getLong("simulation.seed");
    private static final @Nullable Long SESSIONS = Long.getLong("simulation.sessions");

    private static void pass(@Nullable Failure failure) {
        if (failure != null) {
            throw new AssertionError(Simulate.report(failure), failure.violation());
        }
    }

    /** Several sets, because a failure ends only its own. */
    @ParameterizedTest
    @ValueSource(longs = {1, 100_001, 200_001, 300_001})
    void nothingThatMustNeverBeIsSeen(long first) {
        assumeTrue(SEED == null && SESSIONS == null);
        Simulation simulation = new Simulation();
        for (long seed = first; seed < first + 300; seed++) {
            pass(simulation.play(seed));
        }
        assertThat(simulation.sessions).isGreaterThan(2_000);
    }

    @Test
    void oneSeedAgain() {
        assumeTrue(SEED != null);
        Failure failure = new Simulation().play(SEED);
        System.out.println(failure == null ? Run.draw(Plan.of(SEED)) : "");
        pass(failure);
    }

    @Test
    void freshSeeds() throws InterruptedException {
        assumeTrue(SESSIONS != null);
        long first = Long.getLong("simulation.from", System.nanoTime() >>> 10);
        System.out.println("the first seed is " + first);
        int threads = Runtime.getRuntime().availableProcessors();
        Simulate.Result result = Simulate.play(first, SESSIONS, threads);
        System.out.println(result.summary());
        pass(result.failure());
    }

    /** A run is the same wherever it runs, or its seed would be worth nothing. */
    @ParameterizedTest
    @ValueSource(longs = {2, 9, 25, 26, 70})
    void aSeedTellsEverything(long seed) {
        assertThat(Run.draw(Plan.of(seed))).isNotEmpty().isEqualTo(Run.draw(Plan.of(seed)));
    }
}
