package dev.socks5.simulation.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.socks5.simulation.network.Trace;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The asynchronous side of the client on a simulated network: the same seeds at each build, one seed to see it again
 * ({@code -Dsimulation.seed=N}), or fresh ones for as many connections as are asked for
 * ({@code -Dsimulation.sessions=N}).
 */
class ClientSimulationTest {

    private static final @Nullable Long SEED = Long.getLong("simulation.seed");
    private static final @Nullable Long SESSIONS = Long.getLong("simulation.sessions");

    private static int play(long seed) {
        ClientPlan plan = ClientPlan.of(seed);
        try {
            new ClientRun(plan).play();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + ", with " + plan.rates(), e);
        }
        return plan.errands().size();
    }

    /** Several sets, because a failure ends only its own. */
    @ParameterizedTest
    @ValueSource(longs = {1, 100_001, 200_001})
    void nothingThatMustNeverBeIsSeen(long first) {
        assumeTrue(SEED == null && SESSIONS == null);
        int connections = 0;
        for (long seed = first; seed < first + 150; seed++) {
            connections += play(seed);
        }
        assertThat(connections).isGreaterThan(400);
    }

    @Test
    void oneSeedAgain() {
        assumeTrue(SEED != null);
        long seed = Objects.requireNonNull(SEED);
        System.out.println(ClientPlan.of(seed));
        play(seed);
    }

    @Test
    void freshSeeds() {
        assumeTrue(SESSIONS != null);
        long enough = Objects.requireNonNull(SESSIONS);
        long seed = Long.getLong("simulation.from", System.nanoTime() >>> 10);
        System.out.println("the first seed is " + seed);
        for (long connections = 0; connections < enough; seed++) {
            connections += play(seed);
        }
    }

    /** A run is the same wherever it runs, or its seed would be worth nothing. */
    @Test
    void aSeedTellsEverything() {
        for (long seed = 1; seed <= 30; seed++) {
            assertThat(course(seed)).isNotEmpty().isEqualTo(course(seed));
        }
    }

    private static String course(long seed) {
        ClientRun run = new ClientRun(ClientPlan.of(seed));
        run.world().trace().turn(true);
        run.play();
        StringBuilder course = new StringBuilder().append(run.turns()).append(" turns\n");
        for (Trace.Entry entry : run.world().trace().entries()) {
            course.append("%d %s %s %s %d%n"
                    .formatted(entry.time(), entry.from(), entry.to(), entry.kind(), Arrays.hashCode(entry.bytes())));
        }
        return course.toString();
    }
}
