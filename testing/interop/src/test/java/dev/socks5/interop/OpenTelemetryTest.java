package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metrics of a server and a client, as a collector gets them by OTLP, by the code of docs/metrics.md. */
class OpenTelemetryTest {

    private static final Pattern SHOWN =
            Pattern.compile("^ *// docs/metrics.md\\n((?:.*\\n)*?) *// end$", Pattern.MULTILINE);

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private HttpServer sink;

    @BeforeEach
    void open() throws IOException {
        sink = HttpServer.create(new InetSocketAddress(Loopback.V4, 0), 0);
        sink.createContext("/v1/metrics", exchange -> {
            try (exchange) {
                received.add(exchange.getRequestBody().readAllBytes());
                exchange.sendResponseHeaders(200, -1);
            }
        });
        sink.start();
    }

    @AfterEach
    void close() {
        sink.stop(0);
    }

    @Test
    void aCollectorGetsTheFigures() throws Exception {
        String collector = "http://127.0.0.1:" + sink.getAddress().getPort();
        // docs/metrics.md
        Map<String, String> settings = Map.of(
                "otlp.url", collector + "/v1/metrics", // such as http://127.0.0.1:4318
                "otlp.step", "30s",
                "otlp.resourceAttributes", "service.name=my-proxy");
        MeterRegistry registry = new OtlpMeterRegistry(settings::get, Clock.SYSTEM);
        // end
        Set<String> names;
        try (Measured measured = new Measured(registry)) {
            names = names(registry);
            registry.close(); // Sends what there is.
            assertThat(measured).isNotNull();
        }
        ResourceMetrics sent =
                ExportMetricsServiceRequest.parseFrom(received.take()).getResourceMetrics(0);
        assertThat(sent.getResource().getAttributesList())
                .anyMatch(attribute -> attribute.getKey().equals("service.name")
                        && attribute.getValue().getStringValue().equals("my-proxy"));
        Map<String, Metric> metrics = sent.getScopeMetrics(0).getMetricsList().stream()
                .collect(Collectors.toMap(Metric::getName, Function.identity()));
        assertThat(metrics.keySet()).isEqualTo(names);
        assertThat(metrics.get("socks5.server.relayed").getUnit()).isEqualTo("bytes");
        assertThat(metrics.get("socks5.server.relayed").getSum().getIsMonotonic())
                .isTrue();
        assertThat(values(metrics.get("socks5.server.relayed").getSum().getDataPointsList()))
                .containsExactlyInAnyOrder("direction=up 3.0", "direction=down 5.0");
        assertThat(values(metrics.get("socks5.server.connections").getGauge().getDataPointsList()))
                .containsExactly(" 0.0");
        Metric connects = metrics.get("socks5.client.connect");
        assertThat(connects.getUnit()).isEqualTo("milliseconds");
        assertThat(connects.getHistogram().getDataPointsList())
                .anyMatch(point -> point.getCount() == 2
                        && point.getAttributesList().stream()
                                .anyMatch(tag -> tag.getValue().getStringValue().equals("failure")));
    }

    private static Set<String> names(MeterRegistry registry) {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .collect(Collectors.toSet());
    }

    private static List<String> values(List<NumberDataPoint> points) {
        return points.stream()
                .map(point -> point.getAttributesList().stream()
                                .map(tag -> tag.getKey() + "=" + tag.getValue().getStringValue())
                                .collect(Collectors.joining(","))
                        + " " + point.getAsDouble())
                .toList();
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        Path source = Path.of("src", "test", "java")
                .resolve(OpenTelemetryTest.class.getName().replace('.', '/') + ".java");
        Matcher shown = SHOWN.matcher(Files.readString(source));
        assertThat(shown.find()).isTrue();
        assertThat(Files.readString(Path.of("..", "..", "docs", "metrics.md")))
                .contains("```\n" + shown.group(1).stripTrailing().stripIndent() + "\n```");
    }
}
