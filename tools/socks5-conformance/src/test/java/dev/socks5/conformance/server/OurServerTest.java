package dev.socks5.conformance.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.GssapiException;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.OddContext;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The server of this project passes every case, except those that wait for its time limits. */
class OurServerTest {

    private static Socks5Server open;
    private static Socks5Server withLogin;
    private static Socks5Server withGssapi;

    private final ExecutorService pool = Executors.newFixedThreadPool(8);

    @AfterEach
    void closePool() {
        pool.shutdownNow();
    }

    @BeforeAll
    static void start() throws IOException {
        open = builder().start();
        withLogin = builder()
                .authenticator(PasswordAuthenticator.of(Map.of(ServerTrials.USER, ServerTrials.PASSWORD)))
                .start();
        withGssapi = builder().gssapi(OurServerTest::refusing).start();
    }

    @AfterAll
    static void close() {
        open.close();
        withLogin.close();
        withGssapi.close();
    }

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    /** A mechanism that knows no token. */
    private static ServerNegotiation refusing() {
        OddContext context = new OddContext(FakeContext.acceptor()) {
            @Override
            public byte[] establish(byte[] token) throws GssapiException {
                throw new GssapiException("no token", null);
            }
        };
        return ServerNegotiation.gssapi(
                context, ProtectionLevel.NONE, ProtectionLevel.CONFIDENTIALITY, true, name -> Optional.empty());
    }

    @TestFactory
    List<DynamicTest> passesEveryCase() {
        return cases().stream().map(this::begin).toList();
    }

    /** Tries a case beside others, or if it has to be alone, when all others are over. */
    private DynamicTest begin(Case<ServerTrial> one) {
        Callable<Outcome> trial =
                () -> ServerTrials.outcome(one, serverFor(one).localAddresses().get(0), ServerTrials.RIGHT);
        Callable<Outcome> result = isAlone(one) ? trial : pool.submit(trial)::get;
        return DynamicTest.dynamicTest(one.id(), () -> {
            Outcome outcome = result.call();
            assertThat(outcome.verdict()).as(outcome.reason()).isEqualTo(Verdict.PASSED);
        });
    }

    private static boolean isAlone(Case<?> one) {
        return one.tags().contains(Case.ALONE);
    }

    private static List<Case<ServerTrial>> cases() {
        return ServerCases.all().stream()
                .filter(one -> !one.needs().contains(Feature.SLOW))
                .sorted(Comparator.comparing(OurServerTest::isAlone))
                .toList();
    }

    private static Socks5Server serverFor(Case<?> one) {
        if (ServerTrials.needsGssapi(one)) {
            return withGssapi;
        }
        return ServerTrials.needsLogin(one) ? withLogin : open;
    }
}
