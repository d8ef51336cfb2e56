package dev.socks5.benchmarks.clients;

import dev.socks5.benchmarks.load.Figure;
import dev.socks5.benchmarks.load.Load;
import dev.socks5.benchmarks.load.Measure;
import dev.socks5.benchmarks.load.Span;
import dev.socks5.benchmarks.load.Target;
import dev.socks5.client.Socks5Client;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Work that threads do through our client, such as downloads: for what the load's own clients do not do, protection or
 * TLS for example. What it costs the client is a part of the rate, and no part of the server's CPU time.
 *
 * @param kind for the name, in words that can stand on a command line
 * @param clients makes the client of a server's address
 * @param work what each thread does
 * @param threads how many at a time
 * @param warmUp how long the load runs before it is measured
 */
public record ClientLoad(
        String kind, Function<? super InetSocketAddress, Socks5Client> clients, Work work, int threads, Duration warmUp)
        implements Measure {

    @Override
    public String name() {
        return kind + "-" + threads;
    }

    @Override
    public List<Figure> run(Target target, Duration length) throws IOException {
        try (Load load = new Load(target);
                Workers workers = new Workers(load, clients.apply(target.address()), work)) {
            for (int i = 0; i < threads; i++) {
                workers.start();
            }
            workers.await(threads);
            workers.pause(warmUp);
            List<AtomicLong> counts = workers.counts();
            Span span = Span.of(load, counts, length);
            workers.requireNoFailure();
            String name = kind + ", " + work.many(threads);
            return span.figures(name, span.perSecond() / work.rateOf(), work.unit(), work.cpuUnit(), work.cpuOf());
        }
    }
}
