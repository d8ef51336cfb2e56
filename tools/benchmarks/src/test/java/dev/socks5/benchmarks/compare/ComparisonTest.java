package dev.socks5.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.benchmarks.compare.Results.Failure;
import dev.socks5.benchmarks.load.Figure;
import dev.socks5.benchmarks.load.Measure;
import dev.socks5.benchmarks.load.Target;
import dev.socks5.benchmarks.load.UnsupportedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ComparisonTest {

    private final List<String> turns = new ArrayList<>();

    private final Comparison.Listener listener = new Comparison.Listener() {
        @Override
        public void measured(int round, String server, String measure, Figure figure) {
            turns.add(round + " " + measure + " " + server);
        }

        @Override
        public void failed(int round, Failure failure) {
            turns.add(round + " " + failure.measure() + " " + failure.server() + " failed");
        }
    };

    @Test
    void serversTakeTurnsAndEachRoundBeginsWithAnotherOne() throws IOException {
        Results results =
                run(2, List.of(FakeServer.named("a"), FakeServer.named("b")), new OneOctet("m"), new OneOctet("n"));

        assertThat(turns).containsExactly("1 m a", "1 m b", "1 n a", "1 n b", "2 m b", "2 m a", "2 n b", "2 n a");
        assertThat(results.rows()).hasSize(2).allSatisfy(row -> {
            assertThat(results.spread(row, "a")).contains(new Spread(42, 42, 42, 2));
            assertThat(results.spread(row, "b")).contains(new Spread(42, 42, 42, 2));
        });
        assertThat(results.failed()).isFalse();
    }

    @Test
    void aServerLastsThroughAllRoundsButForMeasuresOfMemory() throws IOException {
        OneOctet lasting = new OneOctet("m");
        OneOctet ofMemory = new OneOctet("idle-7");

        run(2, List.of(FakeServer.named("a")), lasting, ofMemory);

        assertThat(new HashSet<>(lasting.pids)).hasSize(1);
        assertThat(ofMemory.pids).hasSize(2).doesNotHaveDuplicates().doesNotContainAnyElementsOf(lasting.pids);
    }

    @Test
    void aServerThatDoesNotComeUpIsAFailureAndNotTheEnd() throws IOException {
        Results results = run(1, List.of(FakeServer.broken("a"), FakeServer.named("b")), new OneOctet("m"));

        assertThat(turns).containsExactly("1 m a failed", "1 m b");
        assertThat(results.failures("a", "m"))
                .singleElement()
                .satisfies(failure -> assertThat(failure.message()).matches(".* status 2: no port like \\d+"));
        assertThat(results.failed()).isTrue();
    }

    @Test
    void aServerThatDiesHalfWayIsAFailureAndNotTheEnd() throws IOException {
        // The first connection only shows that it is up.
        List<Server> servers = List.of(FakeServer.breakingAfter(2, "a"), FakeServer.named("b"));

        Results results = run(2, servers, new OneOctet("m"));

        assertThat(turns).containsExactly("1 m a", "1 m b", "2 m b", "2 m a failed");
        assertThat(results.failures("a", "m"))
                .extracting(Failure::message)
                .containsExactly("the server ended with status 3: worn out");
        assertThat(results.spread(results.rows().get(0), "a")).isEmpty();
        assertThat(results.spread(results.rows().get(0), "b")).isPresent();
    }

    @Test
    void whatAServerDoesNotOfferIsNoFailure() throws IOException {
        Measure unsupported = new Measure() {
            @Override
            public String name() {
                return "m";
            }

            @Override
            public List<Figure> run(Target target, Duration length) throws IOException {
                throw new UnsupportedException("no UDP", new IOException());
            }
        };

        Results results = run(1, List.of(FakeServer.named("a")), unsupported);

        assertThat(results.failures("a", "m")).containsExactly(new Failure("a", "m", false, "no UDP"));
        assertThat(results.failed()).isFalse();
    }

    @Test
    void anInterruptionIsNoFailureOfAServer() throws IOException {
        try (Fleet fleet = new Fleet()) {
            Measure interrupted = new Measure() {
                @Override
                public String name() {
                    return "m";
                }

                @Override
                public List<Figure> run(Target target, Duration length) throws IOException {
                    fleet.close();
                    throw new IOException("connection reset");
                }
            };
            Comparison comparison = new Comparison(
                    List.of(FakeServer.named("a")), List.of(interrupted), Duration.ofSeconds(1), listener);

            assertThatThrownBy(() -> comparison.run(fleet, 1)).isInstanceOf(CancellationException.class);
        }
        assertThat(turns).isEmpty();
    }

    @Test
    void noServerOutlivesTheFleet() throws IOException {
        RunningServer server;
        try (Fleet fleet = new Fleet()) {
            server = fleet.start(FakeServer.named("a"));
        }

        assertThat(ProcessHandle.of(server.target().pid().orElseThrow()).filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    private Results run(int rounds, List<Server> servers, Measure... measures) throws IOException {
        try (Fleet fleet = new Fleet()) {
            return new Comparison(servers, List.of(measures), Duration.ofSeconds(1), listener).run(fleet, rounds);
        }
    }
}
