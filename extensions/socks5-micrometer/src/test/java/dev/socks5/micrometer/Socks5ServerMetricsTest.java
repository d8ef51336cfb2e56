package dev.socks5.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.RemoteListener;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5DatagramSocket;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.AccessRules;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Socks5ServerMetricsTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Socks5ServerMetrics metrics = new Socks5ServerMetrics();
    private final BlockingQueue<SessionEnd> ends = new LinkedBlockingQueue<>();

    private ServerSocket origin;
    private Socks5Server server;

    @BeforeEach
    void start() throws IOException {
        origin = new ServerSocket(0, 5, LOOPBACK);
        metrics.bindTo(registry);
        server = builder().listener(metrics).listener(new Ends()).start(); // One after the other, as given.
        metrics.watch(server);
    }

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .maxConnections(2)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .accessRule(AccessRules.builder().deny("*:81").build());
    }

    private final class Ends implements Socks5ServerListener {
        @Override
        public void closed(SessionInfo session, SessionEnd ending) {
            ends.add(ending);
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        origin.close();
    }

    private Socks5Client client(String password) {
        return Socks5Client.builder()
                .proxy(server.localAddresses().get(0))
                .credentials("alice", password)
                .build();
    }

    /** Returns what a meter has: its value, or how many times it has taken. */
    private double value(String name, String... tags) {
        return registry.get(name).tags(tags).meter().measure().iterator().next().getValue();
    }

    @Test
    void countsATunnelWhileItIsOpenAndAfterwards() throws Exception {
        try (Socket socket = client("secret").connect("localhost", origin.getLocalPort());
                Socket behind = origin.accept()) {
            socket.getOutputStream().write(new byte[3]);
            behind.getInputStream().readNBytes(3);
            behind.getOutputStream().write(new byte[5]);
            socket.getInputStream().readNBytes(5);
            assertThat(value("socks5.server.connections")).isEqualTo(1);
            assertThat(value("socks5.server.tunnels")).isEqualTo(1);
            assertThat(value("socks5.server.associations")).isEqualTo(0);
        }
        ends.take();
        assertThat(value("socks5.server.connections")).isEqualTo(0);
        assertThat(value("socks5.server.tunnels")).isEqualTo(0);
        assertThat(value("socks5.server.connections.accepted")).isEqualTo(1);
        assertThat(value("socks5.server.relayed", "direction", "up")).isEqualTo(3);
        assertThat(value("socks5.server.relayed", "direction", "down")).isEqualTo(5);
        assertThat(value("socks5.server.requests", "command", "connect")).isEqualTo(1);
        assertThat(value("socks5.server.connect", "command", "connect")).isEqualTo(1);
        assertThat(value("socks5.server.connect", "command", "bind")).isEqualTo(0);
        assertThat(value("socks5.server.sessions", "reason", "finished")).isEqualTo(1);
        assertThat(registry.get("socks5.server.sessions")
                        .tag("reason", "finished")
                        .timer()
                        .totalTime(TimeUnit.NANOSECONDS))
                .isPositive();
    }

    @Test
    void countsFailuresByTheirReason() throws Exception {
        assertThatThrownBy(() -> client("secret").connect("localhost", 81))
                .isInstanceOf(RequestRejectedException.class);
        assertThatThrownBy(() -> client("wrong").connect("localhost", 80))
                .isInstanceOf(AuthenticationFailedException.class);
        ends.take();
        ends.take();
        try (Socket one = new Socket(LOOPBACK, port());
                Socket other = new Socket(LOOPBACK, port());
                Socket tooMany = new Socket(LOOPBACK, port())) {
            assertThat(tooMany.getInputStream().read()).isNegative();
        }
        assertThat(value("socks5.server.requests.failed", "reply", "not-allowed"))
                .isEqualTo(1);
        assertThat(value("socks5.server.sessions", "reason", "request-failed")).isEqualTo(1);
        assertThat(value("socks5.server.logins.failed")).isEqualTo(1);
        assertThat(value("socks5.server.sessions", "reason", "not-authenticated"))
                .isEqualTo(1);
        assertThat(value("socks5.server.connections.rejected", "reason", "too-many-connections"))
                .isEqualTo(1);
        assertThat(value("socks5.server.connections.rejected", "reason", "too-many-from-client"))
                .isEqualTo(0);
    }

    private int port() {
        return server.localAddresses().get(0).getPort();
    }

    @Test
    void countsABind() throws Exception {
        try (RemoteListener listener = client("secret").bind(Endpoint.of("127.0.0.1", 0));
                Socket caller = new Socket(LOOPBACK, listener.address().port());
                Socket accepted = listener.accept(Duration.ofSeconds(20))) {
            assertThat(accepted.isConnected()).isTrue();
            assertThat(caller.isConnected()).isTrue();
        }
        ends.take();
        assertThat(value("socks5.server.requests", "command", "bind")).isEqualTo(1);
        assertThat(value("socks5.server.connect", "command", "bind")).isEqualTo(1);
        assertThat(value("socks5.server.connect", "command", "connect")).isEqualTo(0);
    }

    @Test
    void countsDatagrams() throws Exception {
        try (DatagramSocket echo = new DatagramSocket(0, LOOPBACK);
                Socks5DatagramSocket socket = client("secret").associate()) {
            assertThat(value("socks5.server.associations")).isEqualTo(1);
            socket.send(new DatagramPacket(new byte[4], 4, LOOPBACK, echo.getLocalPort()));
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            echo.receive(packet);
            packet.setLength(6);
            echo.send(packet);
            socket.receive(new DatagramPacket(new byte[100], 100));
        }
        ends.take();
        assertThat(value("socks5.server.datagrams", "direction", "up")).isEqualTo(1);
        assertThat(value("socks5.server.datagrams", "direction", "down")).isEqualTo(1);
        assertThat(value("socks5.server.relayed", "direction", "up")).isEqualTo(4);
        assertThat(value("socks5.server.relayed", "direction", "down")).isEqualTo(6);
        assertThat(value("socks5.server.requests", "command", "udp-associate")).isEqualTo(1);
    }

    @Test
    void readsZeroOnceTheServerIsClosedAndGoesOnWithTheNext() throws Exception {
        Socket socket = new Socket(LOOPBACK, port());
        socket.close();
        ends.take();
        server.close();
        assertThat(value("socks5.server.connections")).isEqualTo(0);
        assertThat(value("socks5.server.connections.accepted")).isEqualTo(1);
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
        Socks5ServerMetrics next = new Socks5ServerMetrics();
        next.bindTo(registry);
        server = builder().listener(next).listener(new Ends()).start();
        next.watch(server);
        assertThat(value("socks5.server.connections.accepted")).isEqualTo(0);
        new Socket(LOOPBACK, port()).close();
        ends.take();
        assertThat(value("socks5.server.connections.accepted")).isEqualTo(1);
        assertThat(value("socks5.server.sessions", "reason", "client-left")).isEqualTo(1);
    }

    @Test
    void countsNoEventAfterItWasClosed() throws Exception {
        List<Meter> all = registry.getMeters();
        metrics.close();
        metrics.close();
        assertThatThrownBy(() -> client("secret").connect("localhost", 81))
                .isInstanceOf(RequestRejectedException.class);
        ends.take();
        assertThat(registry.getMeters()).isEmpty();
        metrics.bindTo(registry);
        assertThat(registry.getMeters()).hasSameSizeAs(all);
        assertThat(value("socks5.server.connections.accepted")).isEqualTo(1); // Of the statistics.
        assertThat(value("socks5.server.requests.failed", "reply", "not-allowed"))
                .isEqualTo(0);
    }

    @Test
    void tellsServersApartByTheirTags() throws Exception {
        Socks5ServerMetrics same = new Socks5ServerMetrics();
        assertThatThrownBy(() -> same.bindTo(registry))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a value of its own");
        metrics.close();
        Socks5ServerMetrics inner = new Socks5ServerMetrics(List.of(Tag.of("server", "inner")));
        Socks5ServerMetrics outer = new Socks5ServerMetrics(Tags.of("server", "outer"));
        inner.bindTo(registry);
        outer.bindTo(registry);
        outer.watch(server);
        new Socket(LOOPBACK, port()).close();
        ends.take();
        assertThat(value("socks5.server.connections.accepted", "server", "inner"))
                .isEqualTo(0);
        assertThat(value("socks5.server.connections.accepted", "server", "outer"))
                .isEqualTo(1);
        assertThat(registry.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTag("server")).isIn("inner", "outer"));
        inner.close();
        assertThat(registry.getMeters())
                .isNotEmpty()
                .allSatisfy(meter -> assertThat(meter.getId().getTag("server")).isEqualTo("outer"));
    }

    @Test
    void isForOneServerAndOneRegistry() throws Exception {
        metrics.watch(server);
        try (Socks5Server other = builder().start()) {
            assertThatThrownBy(() -> metrics.watch(other)).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> metrics.bindTo(new SimpleMeterRegistry())).isInstanceOf(IllegalStateException.class);
    }
}
