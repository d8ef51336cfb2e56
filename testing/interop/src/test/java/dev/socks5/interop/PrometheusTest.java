package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.micrometer.Socks5ServerMetrics;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The metrics of a server and a client, as the parser of Prometheus's own library for Python understands them. */
class PrometheusTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "metrics.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(socks5\\.[\\w.]+)` \\| `(\\w+)` \\| (\\w+) \\|", Pattern.MULTILINE);
    private static final int TUNNELS = 20_000;
    private static final Program PARSER = new Program("prometheus_client", "python3-prometheus-client");

    /** What the page says of the meters of a name. */
    private record Row(String name, String type) {}

    @BeforeAll
    static void requireParser() throws Exception {
        try {
            if (Run.of(List.of(PySocksTest.PYTHON, "-c", "import prometheus_client.parser"))
                            .status()
                    == 0) {
                return;
            }
        } catch (IOException e) {
            // Not even that Python.
        }
        PARSER.missing();
    }

    @Test
    void aParserReadsWhatThePageSaysAndTheRegistryHas() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Measured measured = new Measured(registry)) {
            List<List<String>> parsed = parse(registry.scrape());
            assertThat(families(parsed)).isEqualTo(familiesOfThePage());
            Map<String, Double> samples = samples(parsed);
            assertThat(samples).isEqualTo(samples(registry));
            assertThat(samples)
                    .containsEntry("socks5_server_relayed_bytes_total{direction=up}", 3.0)
                    .containsEntry("socks5_server_relayed_bytes_total{direction=down}", 5.0)
                    .containsEntry("socks5_server_requests_failed_total{reply=not-allowed}", 1.0)
                    .containsEntry(
                            "socks5_client_connect_seconds_count{outcome=failure,proxy=" + measured.proxy() + "}", 2.0);
            assertThat(measured).isNotNull();
        }
    }

    /** They come on the event loops of a server, for each connection. */
    @Test
    void theEventsOfATunnelAllocateNothing() {
        Socks5ServerMetrics metrics = new Socks5ServerMetrics();
        metrics.bindTo(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        tunnels(metrics); // What is loaded or made once is no part of it.
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long before = threads.getCurrentThreadAllocatedBytes();
        tunnels(metrics);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(TUNNELS); // Not a byte for each.
    }

    private static void tunnels(Socks5ServerListener listener) {
        InetSocketAddress address = new InetSocketAddress(Loopback.V4, 1);
        Request request = Request.connect(Endpoint.of("origin.test", 443));
        SessionInfo session = new SessionInfo(1, ClientAddress.of(address), null, request);
        Duration time = Duration.ofMillis(1);
        SessionEnd end = new SessionEnd(CloseReason.FINISHED, time, 1, 1, DatagramCounts.NONE);
        for (int i = 0; i < TUNNELS; i++) {
            listener.accepted(session);
            listener.requested(session);
            listener.connected(session, address, time);
            listener.closed(session, end);
        }
    }

    private static List<List<String>> parse(String page) throws Exception {
        Run run = Run.of(List.of(PySocksTest.PYTHON, "-c", PySocksTest.script("prometheus.py")), page);
        assertThat(run.errors()).isEmpty();
        return run.output().lines().map(line -> List.of(line.split("\t"))).toList();
    }

    /** The types of what was parsed, by name. */
    private static Map<String, String> families(List<List<String>> parsed) {
        return parsed.stream()
                .filter(line -> line.get(0).equals("family"))
                .peek(line -> assertThat(line.get(3)).endsWith("."))
                .collect(Collectors.toMap(line -> line.get(1), line -> line.get(2)));
    }

    private static Map<String, Double> samples(List<List<String>> parsed) {
        return parsed.stream()
                .filter(line -> line.get(0).equals("sample"))
                .collect(Collectors.toMap(
                        line -> line.get(1) + "{" + line.get(2) + "}", line -> Double.valueOf(line.get(3))));
    }

    /** The parser's name of a counter has no "_total", and the maximum of a timer is a gauge beside it. */
    private static Map<String, String> familiesOfThePage() throws IOException {
        Map<String, String> families = new TreeMap<>();
        page().values().forEach(row -> {
            switch (row.type()) {
                case "counter" -> families.put(row.name().replaceFirst("_total$", ""), "counter");
                case "timer" -> {
                    families.put(row.name(), "summary");
                    families.put(row.name() + "_max", "gauge");
                }
                default -> families.put(row.name(), row.type());
            }
        });
        return families;
    }

    private static Map<String, Row> page() throws IOException {
        return ROW.matcher(Files.readString(PAGE))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> new Row(row.group(2), row.group(3))));
    }

    /** What the meters have, by the names of the page. */
    private static Map<String, Double> samples(PrometheusMeterRegistry registry) throws IOException {
        Map<String, Row> page = page();
        Map<String, Double> samples = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            String name = page.get(meter.getId().getName()).name();
            String labels = meter.getId().getTags().stream()
                    .sorted()
                    .map((Tag tag) -> tag.getKey() + "=" + tag.getValue())
                    .collect(Collectors.joining(",", "{", "}"));
            if (meter instanceof Timer timer) {
                samples.put(name + "_count" + labels, (double) timer.count());
                samples.put(name + "_sum" + labels, timer.totalTime(TimeUnit.SECONDS));
                samples.put(name + "_max" + labels, timer.max(TimeUnit.SECONDS));
            } else {
                samples.put(name + labels, meter.measure().iterator().next().getValue());
            }
        }
        return samples;
    }
}
