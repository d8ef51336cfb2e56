package dev.socks5.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Judges the judge: a right peer passes every case, and each of its wrong peers fails it with its message. */
class ClientCasesTest {

    private static final List<Case<ClientTrial>> CASES = ClientCases.all();
    private static final Map<String, Case<ClientTrial>> BY_ID =
            CASES.stream().collect(Collectors.toMap(Case::id, Function.identity()));

    private final ExecutorService pool = Executors.newFixedThreadPool(8);

    @AfterEach
    void closePool() {
        pool.shutdownNow();
    }

    @TestFactory
    List<DynamicTest> theRightPeerPasses() {
        return CASES.stream()
                .map(one -> {
                    Future<Outcome> trial = pool.submit(() -> ClientTrials.ofRight(one));
                    return DynamicTest.dynamicTest(one.id(), () -> {
                        Outcome outcome = trial.get();
                        assertThat(outcome.verdict()).as(outcome.reason()).isEqualTo(Verdict.PASSED);
                        ClientSends.assertSent(outcome);
                    });
                })
                .toList();
    }

    @TestFactory
    List<DynamicTest> eachWrongPeerFails() {
        return WrongClients.all().stream()
                .map(wrong -> {
                    Case<ClientTrial> one = Objects.requireNonNull(BY_ID.get(wrong.id()), wrong.id());
                    Future<Outcome> trial = pool.submit(() -> ClientTrials.ofWrong(one, wrong.peer()));
                    return DynamicTest.dynamicTest(wrong.id() + ": " + wrong.message(), () -> {
                        Outcome outcome = trial.get();
                        assertThat(outcome.verdict()).as(outcome.reason()).isEqualTo(Verdict.FAILED);
                        assertThat(outcome.reason()).contains(wrong.message());
                    });
                })
                .toList();
    }

    @Test
    void everyCaseHasAWrongPeer() {
        Set<String> without = new HashSet<>(BY_ID.keySet());
        WrongClients.all().forEach(wrong -> without.remove(wrong.id()));
        assertThat(without).isEmpty();
    }
}
