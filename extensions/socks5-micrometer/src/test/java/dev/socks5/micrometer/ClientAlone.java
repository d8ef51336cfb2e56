package dev.socks5.micrometer;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectPhase;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A program that measures clients, and has no server. */
public final class ClientAlone {

    private ClientAlone() {}

    /** Fails if it does not count. */
    public static void main(String[] args) {
        Programs.requireMissing("dev.socks5.server.Socks5Server");
        MeterRegistry registry = new SimpleMeterRegistry();
        Socks5ClientMetrics metrics = new Socks5ClientMetrics();
        metrics.bindTo(registry);
        Socks5Client.builder().proxy("127.0.0.1", 1080).listener(metrics).build();
        Endpoint proxy = Endpoint.of("127.0.0.1", 1080);
        ConnectAttempt attempt =
                new ConnectAttempt(1, Request.connect(Endpoint.of("origin.example", 80)), List.of(proxy));
        metrics.connecting(attempt);
        metrics.failed(
                attempt,
                new ConnectFailure(
                        ConnectPhase.DIAL, Optional.of(proxy), new ConnectException(), Duration.ofMillis(1)));
        Programs.require(registry.get("socks5.client.failures").counter().count() == 1);
    }
}
