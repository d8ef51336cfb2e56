package dev.socks5.micrometer;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectPhase;
import dev.socks5.client.ConnectTimes;
import dev.socks5.client.ConnectTimes.ProxyTimes;
import dev.socks5.codec.Endpoint;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The meters of clients in a registry. */
final class ClientMeters {

    private static final Figure CONNECTING =
            new Figure("socks5.client.connecting", "Attempts to connect that are under way.");
    private static final Figure CONNECT =
            new Figure("socks5.client.connect", "The time that an attempt to connect took.");
    private static final Figure PHASE =
            new Figure("socks5.client.phase", "The time that a phase of a successful attempt took.");
    private static final Figure FAILURES =
            new Figure("socks5.client.failures", "Attempts that failed, by phase, proxy and reason.");

    private final Meters meters;

    /** Has what is about no proxy. */
    private final ProxyMeters none = new ProxyMeters(Codes.NONE);

    /** Has what is about proxies beyond the first so many. */
    private final ProxyMeters other = new ProxyMeters(Codes.OTHER);

    private final Map<Endpoint, ProxyMeters> proxies = new ConcurrentHashMap<>();

    /** Adds the meters whose tags are known. The registry does not keep the number of attempts alive. */
    ClientMeters(MeterRegistry registry, Tags tags, LongAdder underWay) {
        meters = new Meters(registry, tags, CONNECTING);
        meters.gauge(CONNECTING, underWay, LongAdder::sum);
    }

    /** Both outcomes of attempts, so that the first failure is seen to come. */
    private record Outcomes(Timer success, Timer failure) {}

    /** The meters of one proxy; each is made when there is something for it. */
    private final class ProxyMeters {
        private final Tags proxy;
        private final Map<ConnectPhase, Timer> phases = new ConcurrentHashMap<>();
        private final Map<Reason, Counter> failures = new ConcurrentHashMap<>();

        private volatile @Nullable Outcomes outcomes;

        ProxyMeters(String proxy) {
            this.proxy = Tags.of("proxy", proxy);
        }

        Outcomes outcomes() {
            Outcomes known = outcomes;
            return known != null ? known : addOutcomes();
        }

        private synchronized Outcomes addOutcomes() {
            Outcomes made = outcomes;
            if (made == null) {
                made = new Outcomes(
                        meters.timer(CONNECT, proxy.and("outcome", "success")),
                        meters.timer(CONNECT, proxy.and("outcome", "failure")));
                outcomes = made;
            }
            return made;
        }

        /** Leaves out what has not taken place, such as TLS where there is none. */
        void took(ConnectPhase phase, Duration time) {
            if (!time.isZero()) {
                phases.computeIfAbsent(phase, key -> meters.timer(PHASE, proxy.and("phase", Codes.word(key))))
                        .record(time);
            }
        }

        void failed(Reason reason) {
            failures.computeIfAbsent(reason, key -> meters.counter(FAILURES, proxy.and(key.tags())))
                    .increment();
        }
    }

    /** What failures are told apart by. */
    private record Reason(ConnectPhase phase, String exception, String reply) {
        Tags tags() {
            return Tags.of("phase", Codes.word(phase), "exception", exception, "reply", reply);
        }
    }

    /** Makes the meters of an attempt before it has its outcome. */
    void connecting(ConnectAttempt attempt) {
        outcomes(attempt);
    }

    void connected(ConnectAttempt attempt, ConnectTimes times) {
        outcomes(attempt).success().record(times.total());
        ProxyMeters first =
                times.proxies().isEmpty() ? none : of(times.proxies().get(0).proxy());
        first.took(ConnectPhase.LOOK_UP, times.lookUp());
        first.took(ConnectPhase.DIAL, times.dial());
        for (ProxyTimes each : times.proxies()) {
            ProxyMeters proxy = of(each.proxy());
            proxy.took(ConnectPhase.TLS, each.tls());
            proxy.took(ConnectPhase.NEGOTIATION, each.negotiation());
            proxy.took(ConnectPhase.REQUEST, each.request());
        }
    }

    void failed(ConnectAttempt attempt, ConnectFailure failure) {
        outcomes(attempt).failure().record(failure.total());
        failure.proxy()
                .map(this::of)
                .orElse(none)
                .failed(new Reason(
                        failure.phase(), Failures.exception(failure.cause()), Failures.reply(failure.cause())));
    }

    /** Returns those of the proxy that a client is for: the last one of a chain. */
    private Outcomes outcomes(ConnectAttempt attempt) {
        List<Endpoint> way = attempt.proxies();
        return (way.isEmpty() ? none : of(way.get(way.size() - 1))).outcomes();
    }

    private ProxyMeters of(Endpoint proxy) {
        ProxyMeters known = proxies.get(proxy);
        return known != null ? known : add(proxy);
    }

    /** One thread at a time, so that the limit is exact. */
    private synchronized ProxyMeters add(Endpoint proxy) {
        return proxies.size() < Socks5ClientMetrics.MAX_PROXIES
                ? proxies.computeIfAbsent(proxy, address -> new ProxyMeters(address.toString()))
                : proxies.getOrDefault(proxy, other);
    }

    /** Takes all meters from the registry. */
    void remove() {
        meters.remove();
    }
}
