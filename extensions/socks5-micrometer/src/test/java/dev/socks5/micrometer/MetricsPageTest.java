package dev.socks5.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectPhase;
import dev.socks5.client.ConnectTimes;
import dev.socks5.client.ConnectTimes.ProxyTimes;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the tables of docs/metrics.md: they have every meter, with all values of its tags, and no other. */
class MetricsPageTest {

    private static final Pattern ROW = Pattern.compile(
            "^\\| `(socks5\\.[\\w.]+)` \\| [^|]* \\| ([^|]*) \\|([^|]*)\\|([^|]*)\\|", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** A name in code, in double quotes. */
    private static final Pattern QUOTED = Pattern.compile("\"(socks5\\.(?:server|client)\\.[\\w.]+)\"");

    /** A name of Prometheus, as the tables and the queries have it; a timer is three series. */
    private static final Pattern SERIES =
            Pattern.compile("socks5_(?:server|client)_\\w+?(?=(?:_(?:sum|count|max))?\\b)");

    private static final Endpoint PROXY = Endpoint.of("proxy.example", 1080);
    private static final Duration TIME = Duration.ofMillis(1);

    /** A row of a table, or all meters of a name. */
    private record Row(String type, String unit, Map<String, Set<String>> tags) {}

    @Test
    void tablesHaveEveryMeter() throws IOException {
        MeterRegistry registry = new SimpleMeterRegistry();
        new Socks5ServerMetrics().bindTo(registry);
        Socks5ClientMetrics client = new Socks5ClientMetrics();
        client.bindTo(registry);
        useAllMeters(client);
        assertThat(shown()).isEqualTo(registered(registry));
    }

    @Test
    void theLimitOfProxiesIsTold() throws IOException {
        assertThat(page()).contains(" first " + Socks5ClientMetrics.MAX_PROXIES + " proxies ");
    }

    @Test
    void codeAndQueriesNameMetersOfTheTables() throws IOException {
        assertThat(QUOTED.matcher(page()).results().map(name -> name.group(1)))
                .isNotEmpty()
                .isSubsetOf(shown().keySet());
        Set<String> ofTables = new TreeSet<>();
        for (String line :
                page().lines().filter(row -> row.startsWith("| `socks5.")).toList()) {
            ofTables.add(codes(line).get(1));
        }
        assertThat(SERIES.matcher(page()).results().map(MatchResult::group))
                .isNotEmpty()
                .isSubsetOf(ofTables);
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("../../docs/metrics.md"));
    }

    private static void useAllMeters(Socks5ClientMetrics client) {
        List<Endpoint> proxies = new ArrayList<>();
        for (int i = 0; i <= Socks5ClientMetrics.MAX_PROXIES; i++) {
            proxies.add(Endpoint.of("proxy.example", PROXY.port() + i));
        }
        List<ProxyTimes> times = proxies.stream()
                .map(proxy -> new ProxyTimes(proxy, TIME, TIME, TIME))
                .toList();
        client.connected(attempt(proxies), new ConnectTimes(TIME, TIME, times, TIME));
        client.connected(attempt(List.of()), new ConnectTimes(TIME, TIME, List.of(), TIME));
        for (ConnectPhase phase : ConnectPhase.values()) {
            Causes.all().keySet().forEach(cause -> fail(client, phase, Optional.of(PROXY), cause));
        }
        for (int code = 1; code <= 0xFF; code++) {
            fail(client, ConnectPhase.REQUEST, Optional.of(PROXY), Causes.rejection(code));
        }
        Throwable cause = new IOException();
        fail(client, ConnectPhase.DIAL, Optional.empty(), cause);
        fail(client, ConnectPhase.REQUEST, Optional.of(Endpoint.of("one.too.many", 1080)), cause);
    }

    private static ConnectAttempt attempt(List<Endpoint> proxies) {
        return new ConnectAttempt(1, Request.connect(Endpoint.of("private.example", 443)), proxies);
    }

    private static void fail(
            Socks5ClientMetrics client, ConnectPhase phase, Optional<Endpoint> proxy, Throwable cause) {
        client.failed(attempt(proxy.stream().toList()), new ConnectFailure(phase, proxy, cause, TIME));
    }

    private static Map<String, Row> shown() throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        ROW.matcher(page())
                .results()
                .forEach(row -> rows.put(
                        row.group(1), new Row(row.group(2), String.join("", codes(row.group(3))), tags(row.group(4)))));
        return rows;
    }

    /** Reads the likes of "`key`: `value`, `value`; `other key`: `value`". */
    private static Map<String, Set<String>> tags(String cell) {
        Map<String, Set<String>> tags = new TreeMap<>();
        Stream.of(cell.split(";"))
                .map(MetricsPageTest::codes)
                .filter(tag -> !tag.isEmpty())
                .forEach(tag -> tags.put(tag.get(0), new TreeSet<>(tag.subList(1, tag.size()))));
        return tags;
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult code) -> code.group(1))
                .toList();
    }

    private static Map<String, Row> registered(MeterRegistry registry) {
        Map<String, Row> rows = new TreeMap<>();
        registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .distinct()
                .forEach(name -> rows.put(name, row(registry.get(name).meters())));
        return rows;
    }

    /** Joins what the meters of one name have; each has the same keys, as Prometheus requires. */
    private static Row row(Iterable<Meter> meters) {
        Map<String, Set<String>> tags = new TreeMap<>();
        Meter.Id id = meters.iterator().next().getId();
        for (Meter meter : meters) {
            assertThat(meter.getId().getTags())
                    .extracting(Tag::getKey)
                    .isEqualTo(id.getTags().stream().map(Tag::getKey).toList());
            assertThat(meter.getId().getDescription()).endsWith(".");
            for (Tag tag : meter.getId().getTags()) {
                tags.computeIfAbsent(tag.getKey(), key -> new TreeSet<>())
                        .add(tag.getValue().startsWith("proxy.example:") ? "HOST:PORT" : tag.getValue());
            }
        }
        boolean hasUnit = id.getType() != Meter.Type.TIMER && id.getBaseUnit() != null;
        return new Row(id.getType().name().toLowerCase(Locale.ROOT), hasUnit ? id.getBaseUnit() : "", tags);
    }
}
