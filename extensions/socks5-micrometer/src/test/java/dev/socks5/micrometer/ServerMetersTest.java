package dev.socks5.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerMetersTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private static SessionInfo session(int command) {
        Request request = new Request(Command.of(command), Endpoint.of("private.example", 4711));
        return new SessionInfo(1, ClientAddress.of(new InetSocketAddress("127.0.0.1", 815)), () -> "alice", request);
    }

    @Test
    void eachFigureOfTheStatisticsHasItsMeter() {
        Socks5Server server = mock();
        DatagramCounts datagrams = new DatagramCounts(11, 12, 13, 14, 15, 16, 17);
        when(server.statistics()).thenReturn(new ServerStatistics(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, datagrams));
        Socks5ServerMetrics metrics = new Socks5ServerMetrics();
        metrics.bindTo(registry);
        assertThat(statistics())
                .hasSize(15)
                .allSatisfy(figure -> assertThat(figure).endsWith(" 0"));
        metrics.watch(server);
        assertThat(statistics())
                .containsExactlyInAnyOrder(
                        "socks5.server.connections [] 1",
                        "socks5.server.tunnels [] 2",
                        "socks5.server.associations [] 3",
                        "socks5.server.connections.accepted [] 4",
                        "socks5.server.logins.failed [] 6",
                        "socks5.server.associations.moved [] 8",
                        "socks5.server.relayed [tag(direction=up)] 9",
                        "socks5.server.relayed [tag(direction=down)] 10",
                        "socks5.server.datagrams [tag(direction=up)] 11",
                        "socks5.server.datagrams [tag(direction=down)] 12",
                        "socks5.server.datagrams.dropped [tag(reason=fragment)] 13",
                        "socks5.server.datagrams.dropped [tag(reason=malformed)] 14",
                        "socks5.server.datagrams.dropped [tag(reason=foreign)] 15",
                        "socks5.server.datagrams.dropped [tag(reason=refused)] 16",
                        "socks5.server.datagrams.dropped [tag(reason=lost)] 17");
    }

    /** Returns what is read, and not counted by events. */
    private List<String> statistics() {
        return registry.getMeters().stream()
                .filter(meter -> meter instanceof Gauge || meter instanceof FunctionCounter)
                .map(meter -> meter.getId().getName() + " " + meter.getId().getTags() + " "
                        + (int) meter.measure().iterator().next().getValue())
                .toList();
    }

    /** An upstream may answer with any code, and a client may ask for any command. */
    @Test
    void noPeerCanAddAMeter() {
        Socks5ServerMetrics metrics = new Socks5ServerMetrics();
        metrics.bindTo(registry);
        int before = registry.getMeters().size();
        for (int code = 0; code <= 0xFF; code++) {
            metrics.requested(session(code));
            metrics.requestFailed(session(code), ReplyCode.of(code), "refused by private.example");
        }
        assertThat(registry.getMeters()).hasSize(before);
        assertThat(registry.get("socks5.server.requests").counters())
                .extracting(counter -> counter.getId().getTag("command") + " " + (int) counter.count())
                .containsExactlyInAnyOrder(
                        "connect 1", "bind 1", "udp-associate 1", "resolve 1", "resolve-ptr 1", "other 251");
        assertThat(registry.get("socks5.server.requests.failed").counters())
                .hasSize(17)
                .extracting(Counter::count)
                .containsOnly(1.0, 240.0);
        assertThat(registry.get("socks5.server.requests.failed")
                        .tag("reply", "onion-introduction-timed-out")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.getMeters().toString()).doesNotContain("alice", "private", "127.0.0.1", "4711", "815");
    }

    /** An event that was under way when the meters were taken away leaves none behind. */
    @Test
    void aMeterThatComesTooLateIsNotKept() {
        Figure figure = new Figure("socks5.late", null, "Comes too late.");
        Meters meters = new Meters(registry, Tags.empty(), figure);
        meters.remove();
        meters.counter(figure, Tags.empty()).increment();
        assertThat(registry.getMeters()).isEmpty();
    }
}
