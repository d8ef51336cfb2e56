package dev.socks5.micrometer;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectTimes;
import dev.socks5.client.Socks5ClientListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times how a client connects, so that a slow or failing proxy can be seen. It is bound to a registry, and
 * given to the builder of one or more clients as a listener:
 *
 * <pre>{@code
 * Socks5ClientMetrics metrics = new Socks5ClientMetrics();
 * metrics.bindTo(registry);
 * Socks5Client client = Socks5Client.builder().proxy("127.0.0.1", 1080).listener(metrics).build();
 * }</pre>
 *
 * <p>The figures of all clients that have it are added up. It serves one registry at a time; {@code docs/metrics.md}
 * has a table of all meters. The registry does not keep this object alive; the clients do. Safe for use by several
 * threads.
 *
 * <p>The addresses of proxies are values of a tag, up to the first {@value #MAX_PROXIES}. Where more are seen, because
 * they come from users for example, the others share the value {@code other}.
 */
public final class Socks5ClientMetrics implements MeterBinder, Socks5ClientListener, AutoCloseable {

    /** The number of proxies that have figures of their own. */
    static final int MAX_PROXIES = 32;

    private final Tags tags;
    private final LongAdder underWay = new LongAdder();
    private volatile @Nullable ClientMeters meters;

    /** Makes metrics without further tags. */
    public Socks5ClientMetrics() {
        this(Tags.empty());
    }

    /**
     * Makes metrics with further tags.
     *
     * @param tags are on every meter; all metrics of clients in a registry need the same keys, and different values
     */
    public Socks5ClientMetrics(Iterable<Tag> tags) {
        this.tags = Tags.of(tags);
    }

    /**
     * Adds the meters to a registry. Attempts that end before that are not counted. Meters of a proxy come with the
     * first attempt that goes through it, those of failures with the first failure.
     *
     * @param registry gets the meters
     * @throws IllegalStateException if it is bound already, or the registry has the meters of other clients with these
     *     tags
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (meters != null) {
            throw new IllegalStateException("bound already; for several registries, bind it to a composite of them");
        }
        meters = new ClientMeters(registry, tags, underWay);
    }

    /** Takes its meters from the registry. It may be bound again. */
    @Override
    public synchronized void close() {
        ClientMeters bound = meters;
        meters = null;
        if (bound != null) {
            bound.remove();
        }
    }

    @Override
    public void connecting(ConnectAttempt attempt) {
        underWay.increment();
        ClientMeters bound = meters;
        if (bound != null) {
            bound.connecting(attempt);
        }
    }

    @Override
    public void connected(ConnectAttempt attempt, ConnectTimes times) {
        underWay.decrement();
        ClientMeters bound = meters;
        if (bound != null) {
            bound.connected(attempt, times);
        }
    }

    @Override
    public void failed(ConnectAttempt attempt, ConnectFailure failure) {
        underWay.decrement();
        ClientMeters bound = meters;
        if (bound != null) {
            bound.failed(attempt, failure);
        }
    }
}
