package dev.socks5.conformance.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.peer.RightServer;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Sends;
import dev.socks5.conformance.suite.Verdict;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Judges the judge: a right peer passes every case, and each of its wrong peers fails it with its message. */
class ServerCasesTest {

    private static final List<Case<ServerTrial>> CASES = ServerCases.all();
    private static final Map<String, Case<ServerTrial>> BY_ID =
            CASES.stream().collect(Collectors.toMap(Case::id, Function.identity()));

    private final ExecutorService pool = Executors.newFixedThreadPool(16);

    @AfterEach
    void closePool() {
        pool.shutdownNow();
    }

    @TestFactory
    List<DynamicTest> theRightPeerPasses() {
        return inOrder(CASES, Function.identity())
                .map(one -> {
                    Callable<Outcome> trial = begin(one, rightPeer(one), ServerTrials.RIGHT);
                    return DynamicTest.dynamicTest(one.id(), () -> {
                        Outcome outcome = trial.call();
                        assertThat(outcome.verdict()).as(outcome.reason()).isEqualTo(Verdict.PASSED);
                        Sends.assertSent(outcome, "origin");
                    });
                })
                .toList();
    }

    @TestFactory
    List<DynamicTest> eachWrongPeerFails() {
        return inOrder(WrongServers.all(), wrong -> Objects.requireNonNull(BY_ID.get(wrong.id()), wrong.id()))
                .map(wrong -> {
                    Callable<Outcome> trial =
                            begin(Objects.requireNonNull(BY_ID.get(wrong.id())), wrong.peer(), ServerTrials.WRONG);
                    return DynamicTest.dynamicTest(wrong.id() + ": " + wrong.message(), () -> {
                        Outcome outcome = trial.call();
                        assertThat(outcome.verdict()).as(outcome.reason()).isEqualTo(Verdict.FAILED);
                        assertThat(outcome.reason()).contains(wrong.message());
                    });
                })
                .toList();
    }

    @Test
    void everyCaseHasAWrongPeer() {
        Set<String> without = new HashSet<>(BY_ID.keySet());
        WrongServers.all().forEach(wrong -> without.remove(wrong.id()));
        assertThat(without).isEmpty();
    }

    @Test
    void theRegistryNamesNothingElse() {
        assertThat(WrongServers.all()).extracting(WrongServer::id).isSubsetOf(BY_ID.keySet());
        assertThat(WrongServers.rightOnes().keySet()).isSubsetOf(BY_ID.keySet());
    }

    /** Sorts what belongs to cases that run alone to the end. */
    private static <T> Stream<T> inOrder(List<T> all, Function<T, Case<ServerTrial>> caseOf) {
        return all.stream().sorted(Comparator.comparing((T one) -> isAlone(caseOf.apply(one))));
    }

    private static boolean isAlone(Case<?> one) {
        return one.tags().contains(Case.ALONE);
    }

    /** Tries a case at once, beside others, or if it has to be alone, when it is asked for. */
    private Callable<Outcome> begin(Case<ServerTrial> one, Supplier<RightServer> peer, Patience patience) {
        Callable<Outcome> trial = () -> ServerTrials.outcome(one, peer, patience);
        return isAlone(one) ? trial : pool.submit(trial)::get;
    }

    private static Supplier<RightServer> rightPeer(Case<ServerTrial> one) {
        Supplier<RightServer> usual = ServerTrials.needsGssapi(one) ? ServerCasesTest::withGssapi : RightServer::new;
        return WrongServers.rightOnes().getOrDefault(one.id(), usual);
    }

    private static RightServer withGssapi() {
        return new RightServer() {
            @Override
            protected int wantedMethod() {
                return GSSAPI;
            }
        };
    }
}
