package dev.socks5.conformance.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.server.RoomyServers.Roomy;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Where the RFCs leave room, all of the room passes. */
class RoomTest {

    private final ExecutorService pool = Executors.newFixedThreadPool(8);

    @AfterEach
    void closePool() {
        pool.shutdownNow();
    }

    @TestFactory
    List<DynamicTest> noCaseFails() {
        return RoomyServers.all().stream()
                .map(roomy -> DynamicTest.dynamicTest(roomy.what(), () -> expectNoFailure(roomy)))
                .toList();
    }

    private void expectNoFailure(Roomy roomy) throws Exception {
        List<Future<Outcome>> outcomes = new ArrayList<>();
        for (Case<ServerTrial> one : ServerCases.all()) {
            if (roomy.groups().contains(one.group()) && !roomy.except().contains(one.id())) {
                outcomes.add(pool.submit(() -> ServerTrials.outcome(one, roomy.peer(), ServerTrials.ROOMY)));
            }
        }
        assertThat(outcomes).isNotEmpty();
        for (Future<Outcome> outcome : outcomes) {
            assertThat(outcome.get().verdict())
                    .as(ServerTrials.text(outcome.get()))
                    .isIn(Verdict.PASSED, Verdict.NOT_OFFERED);
        }
    }
}
