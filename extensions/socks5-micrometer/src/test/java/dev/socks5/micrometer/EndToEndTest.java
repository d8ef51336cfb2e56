package dev.socks5.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.AccessRules;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted when a real client connects through a real server. */
class EndToEndTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Socks5ClientMetrics metrics = new Socks5ClientMetrics();
    private ServerSocket origin;
    private Socks5Server server;
    private String proxy;

    @BeforeEach
    void start() throws IOException {
        origin = new ServerSocket(0, 5, LOOPBACK);
        server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .accessRule(AccessRules.builder().deny("*:81").build())
                .start();
        proxy = Endpoint.of(server.localAddresses().get(0)).toString();
        metrics.bindTo(registry);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        origin.close();
    }

    private Socks5ClientBuilder builder(String password) {
        return Socks5Client.builder()
                .proxy(server.localAddresses().get(0))
                .credentials("alice", password)
                .listener(metrics);
    }

    private long count(String name, String... tags) {
        return (long) registry.get(name)
                .tags(tags)
                .meter()
                .measure()
                .iterator()
                .next()
                .getValue();
    }

    private List<String> failures() {
        return registry.find("socks5.client.failures").counters().stream()
                .map(Meter::getId)
                .map(id -> id.getTag("phase") + " " + id.getTag("proxy") + " " + id.getTag("exception") + " "
                        + id.getTag("reply"))
                .sorted()
                .toList();
    }

    @Test
    void socketsAndChannelsAreTimed() throws Exception {
        Socks5Client client = builder("secret").build();
        Endpoint destination = Endpoint.of("localhost", origin.getLocalPort());
        try (Socket socket = client.connect(destination);
                var channel = client.openChannel(destination);
                var other = client.connectAsync(destination).get()) {
            assertThat(socket.isConnected() && channel.isConnected() && other.isConnected())
                    .isTrue();
        }
        assertThat(count("socks5.client.connect", "outcome", "success", "proxy", proxy))
                .isEqualTo(3);
        for (String phase : List.of("dial", "negotiation", "request")) {
            assertThat(count("socks5.client.phase", "phase", phase, "proxy", proxy))
                    .isEqualTo(3);
        }
        assertThat(count("socks5.client.connecting")).isZero();
        assertThat(failures()).isEmpty();
    }

    @Test
    void failuresAreToldApart() throws Exception {
        assertThatThrownBy(() -> builder("secret").build().connect("localhost", 81))
                .isInstanceOf(RequestRejectedException.class);
        assertThatThrownBy(() -> builder("wrong").build().connect("localhost", 80))
                .isInstanceOf(AuthenticationFailedException.class);
        server.close();
        assertThatThrownBy(() -> builder("secret").build().connect("localhost", 80))
                .isInstanceOf(ConnectException.class);
        assertThat(failures())
                .containsExactly(
                        "dial " + proxy + " ConnectException none",
                        "negotiation " + proxy + " AuthenticationFailedException none",
                        "request " + proxy + " RequestRejectedException not-allowed");
        assertThat(count("socks5.client.connect", "outcome", "failure", "proxy", proxy))
                .isEqualTo(3);
        assertThat(count("socks5.client.connecting")).isZero();
    }

    @Test
    void whatGoesDirectIsSeen() throws Exception {
        Socks5Client client = builder("secret").direct(destination -> true).build();
        client.connect(Endpoint.of((InetSocketAddress) origin.getLocalSocketAddress()))
                .close();
        assertThat(count("socks5.client.connect", "outcome", "success", "proxy", "none"))
                .isEqualTo(1);
        assertThat(count("socks5.client.phase", "phase", "dial", "proxy", "none"))
                .isEqualTo(1);
    }
}
