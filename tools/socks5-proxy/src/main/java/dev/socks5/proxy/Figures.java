package dev.socks5.proxy;

import dev.socks5.micrometer.Socks5ServerMetrics;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/** The figures of the server and of its process, as Prometheus reads them. Nothing that a client sends adds to them. */
final class Figures {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Socks5ServerMetrics metrics = new Socks5ServerMetrics();

    Figures() {
        metrics.bindTo(registry);
        List.of(new JvmMemoryMetrics(), new FileDescriptorMetrics(), new ProcessorMetrics(), new UptimeMetrics())
                .forEach(figures -> figures.bindTo(registry));
    }

    /** Returns what the server has to tell its events. */
    Socks5ServerListener listener() {
        return metrics;
    }

    void watch(Socks5Server server) {
        metrics.watch(server);
    }

    /** Returns all figures of this moment, in version 0.0.4 of the text format. */
    String page() {
        return registry.scrape();
    }
}
