package dev.socks5.benchmarks.load;

import dev.socks5.codec.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * What a tunnel costs that does nothing: the memory (Pss) of the server's process with some tunnels that idle, less
 * that without them. Each has carried one message of 64 octets both ways, so that it has been in use.
 *
 * <p>The server has had 100 connections before, which stay, for the code that it loads at its first ones not to count;
 * what a JVM's heap grows by counts. What the kernel keeps for sockets belongs to no process and is not in it.
 *
 * @param tunnels how many
 * @param warmUp how long to wait before the memory is read, each time
 */
record Idle(int tunnels, Duration warmUp) implements Measure {

    private static final int EARLIER = 100;
    private static final double KILO = 1e3;

    @Override
    public String name() {
        return "idle-" + tunnels;
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        Descriptors.requireFor(tunnels + EARLIER);
        try (Load load = new Load(target)) {
            Request echo = Request.connect(Origin.echo(load.origins(), "127.0.0.1"));
            open(load, echo, EARLIER);
            load.pause(warmUp);
            Optional<Long> before = memory(load);
            open(load, echo, tunnels);
            load.pause(warmUp);
            Optional<Long> after = memory(load);
            if (before.isEmpty() || after.isEmpty()) {
                return List.of();
            }
            double each = (after.get() - before.get()) / KILO / tunnels;
            return List.of(new Figure("memory, " + Tunnel.many(tunnels) + " idle", "KB/tunnel", each, false));
        }
    }

    /**
     * Opens tunnels that idle after one exchange; if the server closes one of them, the load fails.
     *
     * @param load what they are part of
     * @param echo the request
     * @param count how many
     */
    static void open(Load load, Request echo, int count) throws IOException {
        SingleWriterRecorder ignored = new SingleWriterRecorder(1);
        load.open(count, () -> new Exchanges(load, echo, ignored, 1));
    }

    private static Optional<Long> memory(Load load) throws IOException {
        Optional<ServerProcess> process = load.process();
        return process.isPresent() ? Optional.of(process.get().proportionalOctets()) : Optional.empty();
    }
}
