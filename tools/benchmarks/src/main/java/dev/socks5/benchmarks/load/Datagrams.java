package dev.socks5.benchmarks.load;

import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Datagrams through one association to an echo and back, 64 of them on their way at a time. One that is not back after
 * 200 ms counts as lost, and another takes its place; if it comes later it is ignored.
 *
 * @param octets of payload, the header of SOCKS not counted
 * @param warmUp how long the load runs before it is measured
 */
record Datagrams(int octets, Duration warmUp) implements Measure {

    private static final int LEAST = 2 * Long.BYTES;
    private static final int MOST = 60_000;

    private static final double MICROS = 1e6;
    private static final double PERCENT = 100;

    Datagrams {
        if (octets < LEAST || octets > MOST) {
            throw new IllegalArgumentException("datagrams have " + LEAST + " to " + MOST + " octets: " + octets);
        }
    }

    @Override
    public String name() {
        return "udp-" + octets;
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        try (Load load = new Load(target);
                DatagramWindow window = new DatagramWindow(load.clients(), DatagramEcho.open(load.origins()), octets)) {
            load.open(1, () -> new Association(load, window));
            load.until(load.deadline(1), () -> window.echoed().get() > 0, "the first datagram");
            load.pause(warmUp);
            long lost = window.lost().get();
            Span span = Span.of(load, List.of(window.echoed()), length);
            lost = window.lost().get() - lost;
            return figures(span, lost);
        } catch (RequestRejectedException e) {
            if (e.reply().code().equals(ReplyCode.COMMAND_NOT_SUPPORTED)) {
                throw new UnsupportedException("UDP ASSOCIATE", e);
            }
            throw e;
        }
    }

    private List<Figure> figures(Span span, long lost) {
        String name = "datagrams of " + octets + " octets";
        List<Figure> figures =
                new ArrayList<>(span.figures(name, span.perSecond(), "datagrams/s", "CPU us/datagram", MICROS));
        figures.add(new Figure(name + ", lost", "%", PERCENT * lost / (lost + span.count()), false));
        return figures;
    }
}
