package dev.socks5.conformance.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The server of this project passes the cases that wait for its time limits, if these are short. */
class OurTimeLimitsTest {

    private final ExecutorService pool = Executors.newFixedThreadPool(8);
    private Socks5Server server;

    @BeforeEach
    void start() throws IOException {
        server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .handshakeTimeout(Duration.ofSeconds(1))
                .bindTimeout(Duration.ofSeconds(1))
                .start();
    }

    @AfterEach
    void close() {
        server.close();
        pool.shutdownNow();
    }

    @TestFactory
    List<DynamicTest> passesEverySlowCase() {
        return ServerCases.all().stream()
                .filter(one -> one.needs().contains(Feature.SLOW))
                .map(this::begin)
                .toList();
    }

    private DynamicTest begin(Case<ServerTrial> one) {
        Future<Outcome> trial = pool.submit(
                () -> ServerTrials.outcome(one, server.localAddresses().get(0), ServerTrials.RIGHT));
        return DynamicTest.dynamicTest(one.id(), () -> {
            Outcome outcome = trial.get();
            assertThat(outcome.verdict()).as(outcome.reason()).isEqualTo(Verdict.PASSED);
        });
    }
}
