package dev.socks5.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectPhase;
import dev.socks5.client.ConnectTimes;
import dev.socks5.client.ConnectTimes.ProxyTimes;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Socks5ClientMetricsTest {

    private static final Request REQUEST = Request.connect(Endpoint.of("private.example", 4711));
    private static final Endpoint FIRST = Endpoint.of("first.example", 1080);
    private static final Endpoint LAST = Endpoint.of("last.example", 1081);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Socks5ClientMetrics metrics = new Socks5ClientMetrics();

    @BeforeEach
    void bind() {
        metrics.bindTo(registry);
    }

    private static Duration ms(int millis) {
        return Duration.ofMillis(millis);
    }

    private ConnectAttempt begin(Endpoint... proxies) {
        ConnectAttempt attempt = new ConnectAttempt(1, REQUEST, List.of(proxies));
        metrics.connecting(attempt);
        return attempt;
    }

    private static ConnectFailure failure(ConnectPhase phase, Optional<Endpoint> proxy, Throwable cause) {
        return new ConnectFailure(phase, proxy, cause, ms(7));
    }

    private Timer timer(String name, String... tags) {
        return registry.get(name).tags(tags).timer();
    }

    private Timer failed(String proxy) {
        return timer("socks5.client.connect", "outcome", "failure", "proxy", proxy);
    }

    private static void assertTook(Timer timer, int millis) {
        assertThat(timer.count()).isEqualTo(1);
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(millis);
    }

    private List<String> failures() {
        return registry.find("socks5.client.failures").counters().stream()
                .map(counter -> counter.getId().getTag("phase") + " "
                        + counter.getId().getTag("proxy") + " "
                        + counter.getId().getTag("exception") + " "
                        + counter.getId().getTag("reply") + " " + (int) counter.count())
                .sorted()
                .toList();
    }

    @Test
    void hasBothOutcomesOfAnAttemptWhileItIsUnderWay() {
        begin(FIRST, LAST);
        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                .extracting(id -> id.getName() + id.getTags())
                .containsExactlyInAnyOrder(
                        "socks5.client.connecting[]",
                        "socks5.client.connect[tag(outcome=success), tag(proxy=last.example:1081)]",
                        "socks5.client.connect[tag(outcome=failure), tag(proxy=last.example:1081)]");
    }

    @Test
    void countsWhatIsUnderWay() {
        ConnectAttempt one = begin(FIRST);
        ConnectAttempt other = begin(FIRST);
        assertThat(registry.get("socks5.client.connecting").gauge().value()).isEqualTo(2);
        metrics.connected(one, new ConnectTimes(ms(0), ms(1), List.of(), ms(1)));
        assertThat(registry.get("socks5.client.connecting").gauge().value()).isEqualTo(1);
        metrics.failed(other, failure(ConnectPhase.DIAL, Optional.of(FIRST), new ConnectException()));
        assertThat(registry.get("socks5.client.connecting").gauge().value()).isEqualTo(0);
    }

    @Test
    void timesThePhasesOfEachProxy() {
        metrics.connected(
                begin(FIRST, LAST),
                new ConnectTimes(
                        ms(1),
                        ms(2),
                        List.of(
                                new ProxyTimes(FIRST, ms(3), ms(4), ms(5)),
                                new ProxyTimes(LAST, Duration.ZERO, ms(6), ms(7))),
                        ms(28)));
        assertTook(timer("socks5.client.connect", "outcome", "success", "proxy", "last.example:1081"), 28);
        assertThat(registry.get("socks5.client.connect").timers()).hasSize(2);
        String first = "first.example:1080";
        String last = "last.example:1081";
        assertTook(timer("socks5.client.phase", "phase", "look-up", "proxy", first), 1);
        assertTook(timer("socks5.client.phase", "phase", "dial", "proxy", first), 2);
        assertTook(timer("socks5.client.phase", "phase", "tls", "proxy", first), 3);
        assertTook(timer("socks5.client.phase", "phase", "negotiation", "proxy", first), 4);
        assertTook(timer("socks5.client.phase", "phase", "request", "proxy", first), 5);
        assertTook(timer("socks5.client.phase", "phase", "negotiation", "proxy", last), 6);
        assertTook(timer("socks5.client.phase", "phase", "request", "proxy", last), 7);
        // The last one is neither looked up nor dialled here, and it has no TLS.
        assertThat(registry.get("socks5.client.phase").timers()).hasSize(7);
    }

    @Test
    void timesWhatGoesDirect() {
        metrics.connected(begin(), new ConnectTimes(ms(1), ms(2), List.of(), ms(3)));
        metrics.failed(begin(), failure(ConnectPhase.LOOK_UP, Optional.empty(), new UnknownHostException()));
        assertTook(timer("socks5.client.connect", "outcome", "success", "proxy", "none"), 3);
        assertTook(timer("socks5.client.connect", "outcome", "failure", "proxy", "none"), 7);
        assertTook(timer("socks5.client.phase", "phase", "look-up", "proxy", "none"), 1);
        assertTook(timer("socks5.client.phase", "phase", "dial", "proxy", "none"), 2);
        assertThat(failures()).containsExactly("look-up none UnknownHostException none 1");
    }

    @Test
    void countsFailuresByPhaseProxyAndReason() {
        metrics.failed(begin(FIRST), failure(ConnectPhase.DIAL, Optional.of(FIRST), new ConnectException("why")));
        metrics.failed(begin(FIRST), failure(ConnectPhase.DIAL, Optional.of(FIRST), new ConnectException("so")));
        metrics.failed(begin(FIRST), failure(ConnectPhase.DIAL, Optional.of(FIRST), new SocketTimeoutException()));
        metrics.failed(begin(FIRST, LAST), failure(ConnectPhase.REQUEST, Optional.of(LAST), Causes.rejection(0x05)));
        metrics.failed(begin(FIRST, LAST), failure(ConnectPhase.REQUEST, Optional.of(FIRST), Causes.rejection(0x04)));
        assertThat(failures())
                .containsExactly(
                        "dial first.example:1080 ConnectException none 2",
                        "dial first.example:1080 SocketTimeoutException none 1",
                        "request first.example:1080 RequestRejectedException host-unreachable 1",
                        "request last.example:1081 RequestRejectedException connection-refused 1");
        // The proxy of a client is the last one of its chain, whichever of them has failed.
        assertThat(failed("first.example:1080").count()).isEqualTo(3);
        assertThat(failed("last.example:1081").count()).isEqualTo(2);
        assertThat(failed("last.example:1081").totalTime(TimeUnit.MILLISECONDS)).isEqualTo(14);
    }

    /** A proxy may answer with any code. */
    @Test
    void noProxyCanAddMoreThanTheRepliesThatAreKnown() {
        for (int code = 1; code <= 0xFF; code++) {
            metrics.failed(begin(FIRST), failure(ConnectPhase.REQUEST, Optional.of(FIRST), Causes.rejection(code)));
        }
        assertThat(failures())
                .hasSize(17)
                .contains(
                        "request first.example:1080 RequestRejectedException onion-descriptor-not-found 1",
                        "request first.example:1080 RequestRejectedException other 239");
        assertThat(registry.getMeters().toString()).doesNotContain("private", "4711");
    }

    /** Where proxies come from users, their number has a limit. */
    @Test
    void theFirstProxiesHaveFiguresOfTheirOwn() {
        for (int i = 0; i < Socks5ClientMetrics.MAX_PROXIES + 10; i++) {
            Endpoint proxy = Endpoint.of("p" + i + ".example", 1080);
            for (int twice = 0; twice < 2; twice++) {
                metrics.connected(
                        begin(proxy),
                        new ConnectTimes(
                                Duration.ZERO,
                                ms(1),
                                List.of(new ProxyTimes(proxy, Duration.ZERO, ms(1), ms(1))),
                                ms(3)));
            }
        }
        assertThat(registry.get("socks5.client.phase").tag("phase", "dial").timers())
                .hasSize(Socks5ClientMetrics.MAX_PROXIES + 1)
                .allSatisfy(timer -> assertThat(timer.count())
                        .isEqualTo("other".equals(timer.getId().getTag("proxy")) ? 20 : 2));
        assertThat(timer("socks5.client.phase", "phase", "dial", "proxy", "p0.example:1080")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void takesItsMetersAway() {
        metrics.failed(begin(FIRST), failure(ConnectPhase.DIAL, Optional.of(FIRST), new ConnectException()));
        ConnectAttempt late = begin(FIRST);
        metrics.close();
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
        metrics.failed(late, failure(ConnectPhase.DIAL, Optional.of(FIRST), new ConnectException()));
        metrics.failed(begin(LAST), failure(ConnectPhase.DIAL, Optional.of(LAST), new ConnectException()));
        assertThat(registry.getMeters()).isEmpty();
        metrics.bindTo(registry);
        assertThat(registry.get("socks5.client.connecting").gauge().value()).isZero();
        assertThat(failures()).isEmpty();
    }

    @Test
    void tellsClientsApartByTheirTags() {
        assertThatThrownBy(() -> new Socks5ClientMetrics().bindTo(registry))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a value of its own");
        assertThatThrownBy(() -> metrics.bindTo(new SimpleMeterRegistry())).isInstanceOf(IllegalStateException.class);
        metrics.close();
        Socks5ClientMetrics inner = new Socks5ClientMetrics(List.of(Tag.of("client", "inner")));
        Socks5ClientMetrics outer = new Socks5ClientMetrics(Tags.of("client", "outer"));
        inner.bindTo(registry);
        outer.bindTo(registry);
        inner.failed(begin(FIRST), failure(ConnectPhase.DIAL, Optional.of(FIRST), new ConnectException()));
        assertThat(registry.get("socks5.client.failures").counters())
                .extracting(counter -> counter.getId().getTag("client"))
                .containsExactly("inner");
        inner.close();
        assertThat(registry.getMeters())
                .hasSize(1)
                .allSatisfy(meter -> assertThat(meter.getId().getTag("client")).isEqualTo("outer"));
    }
}
