package dev.socks5.benchmarks.trips;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class TripsTest {

    private static final Duration ROUND_TRIP = Duration.ofMillis(50);
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 1080);
    private static final Route DIRECT = new Route(List.of(ADDRESS), false, ADDRESS);
    private static final Route CHAIN = new Route(List.of(ADDRESS, ADDRESS), true, ADDRESS);

    /** Takes as many milliseconds as it is told; a negative number is a failure. */
    private record Fake(String name, boolean chains, Predicate<Route> meant, Deque<Integer> millis) implements Client {

        static Fake of(String name, boolean chains, Integer... millis) {
            return new Fake(name, chains, route -> true, new ArrayDeque<>(List.of(millis)));
        }

        @Override
        public boolean isMeant(Route route) {
            return meant.test(route);
        }

        @Override
        public long nanos(Route route) throws IOException {
            int next = millis.remove();
            if (next < 0) {
                throw new IOException("lost");
            }
            return Duration.ofMillis(next).toNanos();
        }
    }

    private static Trips measured(List<Route> routes, List<Client> clients, int runs) {
        Trips trips = new Trips(routes, clients);
        trips.round(false);
        for (int i = 0; i < runs; i++) {
            trips.round(true);
        }
        return trips;
    }

    @Test
    void showsTheMedianOfWhatCountsBesideTheFirstClient() {
        List<Client> clients =
                List.of(Fake.of("slow", true, 900, 190, 200, 210), Fake.of("fast", true, 900, 99, 100, 150));
        Trips trips = measured(List.of(DIRECT), clients, 3);

        assertThat(trips.failed()).isFalse();
        assertThat(trips.markdown(ROUND_TRIP)).isEqualTo("""
                        | way | client | ms | × | round trips |
                        |---|---|---|---|---|
                        | 1 proxy | slow | 200 (190–210) | 1.00 | 4.0 |
                        | 1 proxy | fast | 100 (99.0–150) | 0.50 | 2.0 |
                        """);
    }

    @Test
    void aChainIsComparedWithTheFirstClientThatTakesIt() {
        List<Client> clients = List.of(
                Fake.of("direct", false),
                new Fake("other", true, route -> !route.isChain(), new ArrayDeque<>()),
                Fake.of("first", true, 0, 100),
                Fake.of("second", true, 0, 50));
        Trips trips = measured(List.of(CHAIN), clients, 1);

        assertThat(trips.failed()).isFalse();
        assertThat(trips.markdown(ROUND_TRIP)).isEqualTo("""
                        | way | client | ms | × | round trips |
                        |---|---|---|---|---|
                        | 2 proxies with login | direct | takes one proxy | – | – |
                        | 2 proxies with login | first | 100 | 1.00 | 2.0 |
                        | 2 proxies with login | second | 50.0 | 0.50 | 1.0 |
                        """);
    }

    @Test
    void oneFailureIsOneOfTheWholeRow() {
        List<Client> clients = List.of(Fake.of("first", true, 0, 100, -1), Fake.of("second", true, 0, 50, 50));
        Trips trips = measured(List.of(DIRECT), clients, 2);

        assertThat(trips.failed()).isTrue();
        assertThat(trips.markdown(ROUND_TRIP)).isEqualTo("""
                        | way | client | ms | × | round trips |
                        |---|---|---|---|---|
                        | 1 proxy | first | **failed** | – | – |
                        | 1 proxy | second | 50.0 (50.0–50.0) | – | 1.0 |

                        * 1 proxy, first: java.io.IOException: lost
                        """);
    }
}
