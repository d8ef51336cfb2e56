package dev.socks5.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.socks5.codec.Endpoint;
import dev.socks5.micrometer.Socks5ServerMetrics;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A server whose figures Prometheus can fetch, by way of Micrometer. For example:
 * {@code 127.0.0.1:1080 127.0.0.1:9464}, then {@code curl http://127.0.0.1:9464/metrics}.
 */
public final class PrometheusExport implements AutoCloseable {

    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Socks5Server proxy;
    private final HttpServer metrics;

    /**
     * Starts both.
     *
     * @param builder what the SOCKS5 server shall be like
     * @param address where the figures are served, to anybody who can reach it: keep it to loopback, or to a network of
     *     your own
     */
    PrometheusExport(Socks5ServerBuilder builder, InetSocketAddress address) throws IOException {
        metrics = HttpServer.create(address, 0);
        metrics.createContext("/metrics", this::answer);
        Socks5ServerMetrics meters = new Socks5ServerMetrics();
        meters.bindTo(registry);
        try {
            proxy = builder.listener(meters).start();
        } catch (IOException | RuntimeException e) {
            metrics.stop(0);
            throw e;
        }
        meters.watch(proxy);
        metrics.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] page = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
            exchange.sendResponseHeaders(200, page.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(page);
            }
        }
    }

    InetSocketAddress proxyAddress() {
        return proxy.localAddresses().get(0);
    }

    InetSocketAddress metricsAddress() {
        return metrics.getAddress();
    }

    @Override
    public void close() {
        proxy.close();
        metrics.stop(0);
        registry.close();
    }

    /**
     * Runs it until the process is told to stop.
     *
     * @param args where the SOCKS5 server listens, and where the figures are served, each as HOST:PORT
     * @throws IOException if it cannot listen there
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: PrometheusExport PROXY_HOST:PORT METRICS_HOST:PORT");
            return;
        }
        InetSocketAddress proxy = Endpoint.parse(args[0]).toInetSocketAddress();
        InetSocketAddress metrics = Endpoint.parse(args[1]).toInetSocketAddress();
        PrometheusExport export = new PrometheusExport(Socks5Server.builder().listen(proxy), metrics);
        System.out.println("SOCKS5 on " + Endpoint.of(export.proxyAddress()) + ", figures on http://"
                + Endpoint.of(export.metricsAddress()) + "/metrics");
    }
}
