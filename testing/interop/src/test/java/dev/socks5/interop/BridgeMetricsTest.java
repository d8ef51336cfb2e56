package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.bridge.HttpBridge;
import dev.socks5.client.Socks5Client;
import dev.socks5.micrometer.Socks5ClientMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The reason of a 502 of the bridge, which HttpClient does not know, is in the metrics of the bridge's client. */
class BridgeMetricsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void whatTheBridgeFailsAtIsCounted() throws Exception {
        try (Socks5ClientMetrics metrics = new Socks5ClientMetrics();
                Socket refusing = Loopback.refusing()) {
            metrics.bindTo(registry);
            Socks5Client client = Socks5Client.builder()
                    .proxy("127.0.0.1", refusing.getLocalPort())
                    .listener(metrics)
                    .build();
            try (HttpBridge bridge = HttpBridge.open(client)) {
                HttpClient http =
                        HttpClient.newBuilder().proxy(bridge.proxySelector()).build();
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://origin.test/"))
                        .build();
                assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(502);
            }
            assertThat(registry.get("socks5.client.failures")
                            .tags("phase", "dial", "exception", "ConnectException", "reply", "none")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }
}
