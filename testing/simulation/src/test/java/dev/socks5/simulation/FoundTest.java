package dev.socks5.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.simulation.Simulation.Failure;
import dev.socks5.simulation.Visit.End;
import dev.socks5.simulation.Visit.Kind;
import dev.socks5.simulation.network.Fault;
import dev.socks5.simulation.transport.Quirk;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mistakes of the server that runs have shown: small plans that show each, at many seeds. */
class FoundTest {

    private static final int SEEDS = 40;

    private static void passes(Setup setup, Map<Fault, Integer> faults, List<Visit> visits) {
        Simulation simulation = new Simulation();
        for (long seed = 0; seed < SEEDS; seed++) {
            @Nullable Failure failure = simulation.play(new Plan(seed, setup, faults, false, visits));
            assertThat(failure)
                    .as(() -> failure == null ? "" : Simulate.report(failure))
                    .isNull();
        }
    }

    private static Visit asking(Kind kind, Visit.Login login, Visit.Pace pace, int id, int at) {
        Visit simple = Visit.simplest(id);
        return new Visit(
                id,
                at,
                0,
                kind,
                simple.form(),
                simple.targets(),
                simple.lookUp(),
                login,
                simple.header(),
                pace,
                simple.garble(),
                simple.lie(),
                simple.answer(),
                simple.quirk(),
                1,
                1,
                0,
                simple.end(),
                false,
                false);
    }

    private static Visit byDialer(Visit.Pace pace, int up, End end, Quirk quirk) {
        Visit simple = Visit.simplest(2); // By the dialler, and early with its end.
        return new Visit(
                simple.id(),
                0,
                0,
                simple.kind(),
                simple.form(),
                simple.targets(),
                simple.lookUp(),
                simple.login(),
                simple.header(),
                pace,
                simple.garble(),
                simple.lie(),
                simple.answer(),
                quirk,
                up,
                1,
                0,
                end,
                false,
                false);
    }

    private static Setup setup(boolean login, int maxUnauthenticated, Setup.Way dialer, int stopAfter) {
        Setup plain = Setup.PLAIN;
        return new Setup(
                1,
                login,
                false,
                false,
                0,
                dialer,
                false,
                plain.handshake(),
                plain.connect(),
                plain.bind(),
                plain.idle(),
                plain.halfClose(),
                Setup.NO_LIMIT,
                Setup.NO_LIMIT,
                maxUnauthenticated,
                Setup.NO_LIMIT,
                plain.backlog(),
                0,
                0,
                0,
                false,
                false,
                false,
                false,
                0,
                stopAfter,
                0);
    }

    /** It was closed as soon as the end was read: what the system had not taken yet was lost. */
    @Test
    void aClientThatHasEndedEarlyGetsTheWholeRefusal() {
        Visit visit = asking(Kind.UNKNOWN_COMMAND, Visit.Login.GOOD, Visit.Pace.ALL_AT_ONCE, 0, 0);
        passes(Setup.PLAIN, Map.of(Fault.SMALL_WINDOW, 10_000, Fault.SHORT_WRITE, 5_000), List.of(visit));
    }

    /** The one that had failed to log in was reset in its farewell, and a timer was left. */
    @Test
    void anEvictionLeavesTheReasonOfAFarewell() {
        Setup oneGuest = setup(true, 1, Setup.Way.NONE, 0);
        Visit guess = asking(Kind.CONNECT, Visit.Login.WRONG, Visit.Pace.ALL_AT_ONCE, 1, 0);
        passes(
                oneGuest,
                Map.of(Fault.SMALL_WINDOW, 10_000),
                List.of(guess, asking(Kind.CONNECT, Visit.Login.GOOD, Visit.Pace.ALL_AT_ONCE, 3, 10)));
    }

    /** The end of output and the close were given to two threads, and either of them could be first. */
    @Test
    void aDiallersTransportIsToldTheEndBeforeItIsClosed() {
        Visit visit = byDialer(Visit.Pace.ALL_AT_ONCE, 0, End.CLIENT_FIRST, Quirk.ENDS);
        passes(setup(false, Setup.NO_LIMIT, Setup.Way.ON_THE_LOOP, 0), Map.of(), List.of(visit));
    }

    /** The tunnel is over, and the bytes for the transport still wait: nobody but the loop knows of it. */
    @Test
    void aDiallersTransportThatLingersIsClosedWithTheServer() {
        Visit visit = byDialer(Visit.Pace.IN_TURN, 1, End.FAR_FIRST, Quirk.STALLS_WRITING);
        Visit other = asking(Kind.CONNECT, Visit.Login.GOOD, Visit.Pace.IN_TURN, 3, 2_000); // Then it is stopped.
        passes(setup(false, Setup.NO_LIMIT, Setup.Way.ON_THE_LOOP, 2_000), Map.of(), List.of(visit, other));
    }
}
