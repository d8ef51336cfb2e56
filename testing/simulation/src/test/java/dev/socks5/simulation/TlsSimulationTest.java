package dev.socks5.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.simulation.network.Trace;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole server on a simulated network, with clients that come by TLS: the same seeds at each build, or others
 * ({@code -Dsimulation.tls.from=N} is the first, {@code -Dsimulation.tls.runs=N} how many).
 */
class TlsSimulationTest {

    private static final long FROM = Long.getLong("simulation.tls.from", 1);
    private static final long RUNS = Long.getLong("simulation.tls.runs", 200);

    private static TlsRun play(long seed, boolean traced) {
        TlsPlan plan = TlsPlan.of(seed);
        TlsRun run = new TlsRun(plan);
        run.world().trace().turn(traced);
        try {
            run.play();
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + plan, e);
        }
        return run;
    }

    @Test
    void nothingThatMustNeverBeIsSeen() {
        Map<CloseReason, Integer> ends = new EnumMap<>(CloseReason.class);
        for (long seed = FROM; seed < FROM + RUNS; seed++) {
            play(seed, false).reasons().forEach(reason -> ends.merge(reason, 1, Integer::sum));
        }
        assertThat(ends)
                .containsKeys(
                        CloseReason.FINISHED,
                        CloseReason.BROKEN,
                        CloseReason.CLIENT_LEFT,
                        CloseReason.TLS_FAILED,
                        CloseReason.HANDSHAKE_TIMEOUT,
                        CloseReason.EVICTED,
                        CloseReason.SHUTDOWN);
    }

    /** The bytes are others each time; what their number and their times are is not. */
    @ParameterizedTest
    @ValueSource(longs = {1, 4, 7, 11})
    void aSeedTellsEverythingExceptTheBytes(long seed) {
        assertThat(messages(seed)).isNotEmpty().isEqualTo(messages(seed));
    }

    private static List<String> messages(long seed) {
        return play(seed, true).world().trace().entries().stream()
                .map(TlsSimulationTest::describe)
                .toList();
    }

    private static String describe(Trace.Entry entry) {
        return "%d %s %s %s %d".formatted(entry.time(), entry.from(), entry.to(), entry.kind(), entry.bytes().length);
    }
}
