package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.micrometer.Socks5ServerMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of docs/operations.md, as those programs take them that read such files. */
class OperationsTest {

    private static final Path DOCS = Path.of("..", "..", "docs");
    private static final Path FILES = DOCS.resolve("operations");
    private static final Pattern METRIC = Pattern.compile("\\b((?:socks5_server|process|jvm|system)_\\w+)(\\{[^}]*})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=~?\"([^\"]*)\"");
    private static final Pattern ALERT = Pattern.compile("(?:alert: |^\\| `)(Socks5\\w+)", Pattern.MULTILINE);

    @TempDir
    private Path folder;

    private static List<String> names(String text) {
        return ALERT.matcher(text)
                .results()
                .map(alert -> alert.group(1))
                .sorted()
                .toList();
    }

    /** The page that Prometheus fetches from the runnable server. */
    private static String page() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        List<MeterBinder> binders = List.of(
                new Socks5ServerMetrics(),
                new JvmMemoryMetrics(),
                new FileDescriptorMetrics(),
                new ProcessorMetrics(),
                new UptimeMetrics());
        binders.forEach(binder -> binder.bindTo(registry));
        return registry.scrape();
    }

    /** An alert on a name that nobody has never comes. */
    @Test
    void everyMetricAndLabelOfTheAlertsExists() throws IOException {
        String page = page();
        List<String> missing = new ArrayList<>();
        List<MatchResult> used = METRIC.matcher(Files.readString(FILES.resolve("alerts.yml")))
                .results()
                .toList();
        assertThat(used).hasSizeGreaterThan(10);
        for (MatchResult metric : used) {
            List<String> series = page.lines()
                    .filter(line -> line.matches(metric.group(1) + "[{ ].*"))
                    .toList();
            Matcher labels = LABEL.matcher(metric.group(2) == null ? "" : metric.group(2));
            boolean there = !series.isEmpty();
            while (labels.find()) {
                String name = labels.group(1);
                for (String value : labels.group(2).split("\\|", -1)) {
                    there &= name.equals("job")
                            || series.stream().anyMatch(line -> line.contains(name + "=\"" + value + "\""));
                }
            }
            if (!there) {
                missing.add(metric.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void thePageOfMetricsNamesWhatTheProcessHas() throws IOException {
        String text = Files.readString(DOCS.resolve("metrics.md"));
        String process = text.substring(text.indexOf("### The process"), text.indexOf("The events of a tunnel"));
        assertThat(METRIC.matcher(process).results().map(metric -> metric.group(1)))
                .hasSizeGreaterThan(10)
                .allMatch(name -> page().contains("\n" + name));
    }

    @Test
    void thePageHasEveryAlert() throws IOException {
        assertThat(names(Files.readString(DOCS.resolve("operations.md"))))
                .isEqualTo(names(Files.readString(FILES.resolve("alerts.yml"))))
                .hasSizeGreaterThan(5);
    }

    @Test
    void haproxyTakesItsConfiguration() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "SOCKS_BIND=127.0.0.1:1080",
                "SOCKS_SERVER_1=127.0.0.1",
                "SOCKS_SERVER_2=127.0.0.2",
                "SOCKS_ADMIN=" + folder.resolve("admin.sock")));
        command.addAll(Program.HAPROXY.with(
                "-c", "-f", FILES.resolve("haproxy.cfg").toRealPath().toString()));
        Run run = Run.of(command);
        assertThat(run.status()).as(run.errors()).isZero();
    }

    /** The user and the jar are not there, but everything else is. */
    @Test
    void systemdTakesItsUnits() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path service = folder.resolve("socks5.service");
        Files.writeString(
                service, Files.readString(FILES.resolve("socks5.service")).replace("/usr/bin/java", java));
        Path socket = Files.copy(FILES.resolve("socks5.socket"), folder.resolve("socks5.socket"));
        Run run = Run.of(Program.SYSTEMD_ANALYZE.with("--man=no", "verify", socket.toString(), service.toString()));
        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.errors().lines().filter(line -> line.contains(folder.toString())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kubernetes.yaml", "alerts.yml"})
    void aParserOfYamlTakesThem(String file) throws Exception {
        String python = PySocksTest.PYTHON;
        if (Run.of(List.of(python, "-c", "import yaml")).status() != 0) {
            new Program("yaml", "python3-yaml").missing();
        }
        String script = "import sys, yaml; print(sum(isinstance(d, dict) for d in yaml.safe_load_all(sys.stdin)))";
        Run run = Run.of(List.of(python, "-c", script), Files.readString(FILES.resolve(file)));
        assertThat(run.errors()).isEmpty();
        assertThat(Integer.parseInt(run.output().strip())).isPositive();
    }
}
