package dev.socks5.benchmarks.load;

import dev.socks5.codec.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * How long a message of 64 octets takes to an echo and back. Each tunnel has one on its way, and sends the next when
 * the last has come back: the load is closed, so that a server which answers slowly is asked less often.
 *
 * @param tunnels how many at a time
 * @param warmUp how long the load runs before it is measured
 */
record Latency(int tunnels, Duration warmUp) implements Measure {

    private static final List<String> PERCENTILES = List.of("50", "99", "99.9");
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MICROS = 1e6;
    private static final int DIGITS = 3;

    @Override
    public String name() {
        return "latency-" + tunnels;
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        try (Load load = new Load(target)) {
            SingleWriterRecorder nanos = new SingleWriterRecorder(DIGITS);
            Request echo = Request.connect(Origin.echo(load.origins(), "127.0.0.1"));
            List<Tunnel> all = load.open(tunnels, () -> new Exchanges(load, echo, nanos, Long.MAX_VALUE));
            load.pause(warmUp);
            nanos.reset();
            Span span = Span.of(load, all.stream().map(Tunnel::done).toList(), length);
            return figures(span, nanos.getIntervalHistogram());
        }
    }

    private List<Figure> figures(Span span, Histogram nanos) {
        String suffix = ", " + Tunnel.many(tunnels);
        List<Figure> figures = new ArrayList<>();
        for (String percentile : PERCENTILES) {
            double micros = nanos.getValueAtPercentile(Double.parseDouble(percentile)) / NANOS_PER_MICRO;
            figures.add(new Figure("latency p" + percentile + suffix, "us", micros, false));
        }
        figures.addAll(span.figures("exchanges" + suffix, span.perSecond(), "exchanges/s", "CPU us/exchange", MICROS));
        return figures;
    }
}
