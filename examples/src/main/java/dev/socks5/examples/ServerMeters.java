package dev.socks5.examples;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.ToLongFunction;

/**
 * A server's figures for Micrometer: what there is a count of, from its statistics; what has a reason or takes time,
 * from its events. No tag has text from a client, nor an address: each would be a time series of its own, and a client
 * could make as many as it likes.
 */
final class ServerMeters implements Socks5ServerListener {

    private final MeterRegistry registry;

    /** To be given to the server's builder, and then to be {@linkplain #bindTo bound} to the server. */
    ServerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Adds what the server counts by itself. */
    void bindTo(Socks5Server server) {
        gauge(server, "socks5.connections.open", ServerStatistics::connections);
        gauge(server, "socks5.tunnels.open", ServerStatistics::tunnels);
        gauge(server, "socks5.associations.open", ServerStatistics::associations);
        counter(server, "socks5.connections.accepted", Tags.empty(), ServerStatistics::accepted);
        counter(server, "socks5.logins.failed", Tags.empty(), ServerStatistics::loginsFailed);
        counter(server, "socks5.associations.moved", Tags.empty(), ServerStatistics::associationsMoved);
        counter(server, "socks5.octets", direction("up"), ServerStatistics::bytesUp);
        counter(server, "socks5.octets", direction("down"), ServerStatistics::bytesDown);
        datagrams(server, direction("up"), DatagramCounts::up);
        datagrams(server, direction("down"), DatagramCounts::down);
        dropped(server, "fragment", DatagramCounts::fragments);
        dropped(server, "malformed", DatagramCounts::malformed);
        dropped(server, "foreign", DatagramCounts::foreign);
        dropped(server, "refused", DatagramCounts::refused);
        dropped(server, "lost", DatagramCounts::lost);
    }

    private static Tags direction(String direction) {
        return Tags.of("direction", direction);
    }

    private void gauge(Socks5Server server, String name, ToLongFunction<ServerStatistics> figure) {
        Gauge.builder(name, server, source -> figure.applyAsLong(source.statistics()))
                .register(registry);
    }

    private void counter(Socks5Server server, String name, Tags tags, ToLongFunction<ServerStatistics> figure) {
        FunctionCounter.builder(name, server, source -> figure.applyAsLong(source.statistics()))
                .tags(tags)
                .register(registry);
    }

    private void datagrams(Socks5Server server, Tags direction, ToLongFunction<DatagramCounts> figure) {
        counter(server, "socks5.datagrams", direction, statistics -> figure.applyAsLong(statistics.datagrams()));
    }

    private void dropped(Socks5Server server, String reason, ToLongFunction<DatagramCounts> figure) {
        Tags tags = Tags.of("reason", reason);
        counter(server, "socks5.datagrams.dropped", tags, statistics -> figure.applyAsLong(statistics.datagrams()));
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        registry.counter("socks5.connections.rejected", "reason", reason.name()).increment();
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        // The code, and not the reason: that may have a name in it.
        registry.counter("socks5.requests.failed", "code", "%02X".formatted(code.code()))
                .increment();
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        registry.timer("socks5.connect.time").record(taken);
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        registry.timer("socks5.session.duration", "close", ending.reason().name())
                .record(ending.duration());
    }
}
