package dev.socks5.benchmarks.trips;

import dev.socks5.benchmarks.compare.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What each client took on each route; a ratio is that to the first client which takes the same route. */
final class Trips {

    private static final double NANOS_PER_MILLI = 1e6;

    private record Key(Route route, Client client) {}

    private final List<Route> routes;
    private final List<Client> clients;
    private final Map<Key, List<Double>> millis = new LinkedHashMap<>();
    private final Map<Key, String> failures = new LinkedHashMap<>();

    Trips(List<Route> routes, List<Client> clients) {
        this.routes = routes;
        this.clients = clients;
    }

    /** Lets each client go each route once, and keeps the times if they count. */
    void round(boolean counts) {
        for (Route route : routes) {
            clients.stream()
                    .filter(client -> client.takes(route))
                    .forEach(client -> go(new Key(route, client), counts));
        }
    }

    private void go(Key key, boolean counts) {
        try {
            double taken = key.client().nanos(key.route()) / NANOS_PER_MILLI;
            if (counts) {
                millis.computeIfAbsent(key, absent -> new ArrayList<>()).add(taken);
            }
        } catch (IOException e) {
            failures.putIfAbsent(key, String.valueOf(e));
        }
    }

    boolean failed() {
        return !failures.isEmpty();
    }

    /** The table in Markdown, and below it why some have failed. */
    String markdown(Duration roundTrip) {
        StringBuilder text = new StringBuilder("| way | client | ms | × | round trips |\n|---|---|---|---|---|\n");
        for (Route route : routes) {
            clients.stream()
                    .filter(client -> client.isMeant(route))
                    .map(client -> line(new Key(route, client), roundTrip))
                    .forEach(text::append);
        }
        failures.forEach((key, failure) -> text.append(
                "\n* %s, %s: %s\n".formatted(key.route(), key.client().name(), failure)));
        return text.toString();
    }

    private String line(Key key, Duration roundTrip) {
        return "| %s | %s | %s |\n".formatted(key.route(), key.client().name(), figures(key, roundTrip));
    }

    private String figures(Key key, Duration roundTrip) {
        if (!key.client().takes(key.route())) {
            return "takes one proxy | – | –";
        }
        return spread(key)
                .map(spread -> figures(spread, key.route(), roundTrip))
                .orElse("**failed** | – | –");
    }

    private String figures(Spread spread, Route route, Duration roundTrip) {
        String ratio = baseline(route)
                .map(baseline -> String.format(Locale.ROOT, "%.2f", spread.median() / baseline.median()))
                .orElse("–");
        double trips = spread.median() * NANOS_PER_MILLI / roundTrip.toNanos();
        return String.format(Locale.ROOT, "%s | %s | %.1f", spread.show(), ratio, trips);
    }

    private Optional<Spread> baseline(Route route) {
        return clients.stream()
                .filter(client -> client.takes(route))
                .findFirst()
                .flatMap(client -> spread(new Key(route, client)));
    }

    /** Empty if it has failed, once or always. */
    private Optional<Spread> spread(Key key) {
        return failures.containsKey(key)
                ? Optional.empty()
                : Optional.ofNullable(millis.get(key)).map(Spread::of);
    }
}
