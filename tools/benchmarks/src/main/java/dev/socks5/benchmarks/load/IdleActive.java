package dev.socks5.benchmarks.load;

import dev.socks5.codec.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Whether tunnels that do nothing slow down those that do something: 64 tunnels exchange messages as {@link Latency}
 * has it, first alone, and then beside others that idle.
 *
 * @param idle how many idle
 * @param warmUp how long the load runs before it is measured, each time
 */
record IdleActive(int idle, Duration warmUp) implements Measure {

    private static final int ACTIVE = 64;
    private static final int DIGITS = 1;
    private static final double MICROS = 1e6;

    @Override
    public String name() {
        return "idle-active-" + idle;
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        Descriptors.requireFor(idle + ACTIVE);
        try (Load load = new Load(target)) {
            SingleWriterRecorder nanos = new SingleWriterRecorder(DIGITS);
            Request echo = Request.connect(Origin.echo(load.origins(), "127.0.0.1"));
            List<AtomicLong> counts = load.open(ACTIVE, () -> new Exchanges(load, echo, nanos, Long.MAX_VALUE)).stream()
                    .map(Tunnel::done)
                    .toList();
            List<Figure> figures = new ArrayList<>(measured(load, counts, length, 0));
            Idle.open(load, echo, idle);
            figures.addAll(measured(load, counts, length, idle));
            return figures;
        }
    }

    private List<Figure> measured(Load load, List<AtomicLong> counts, Duration length, int beside) throws IOException {
        load.pause(warmUp);
        Span span = Span.of(load, counts, length);
        String name = "exchanges, " + ACTIVE + " tunnels beside " + beside + " idle";
        return span.figures(name, span.perSecond(), "exchanges/s", "CPU us/exchange", MICROS);
    }
}
