package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.AccessRules;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PrometheusExportTest {

    private static List<String> scrape(PrometheusExport export) throws IOException {
        URLConnection connection = URI.create("http://" + Endpoint.of(export.metricsAddress()) + "/metrics")
                .toURL()
                .openConnection();
        try (InputStream in = connection.getInputStream()) {
            assertThat(connection.getContentType()).startsWith("text/plain; version=0.0.4");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static Socks5Client client(PrometheusExport export, String password) {
        return Socks5Client.builder()
                .proxy(export.proxyAddress())
                .credentials("alice", password)
                .build();
    }

    /** The timer of sessions is the last to be told; a scrape shows how many it has. */
    private static void awaitEnds(PrometheusExport export, int count) throws Exception {
        String name = "socks5_server_sessions_seconds_count{";
        double ended;
        do {
            ended = scrape(export).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                    .sum();
        } while (ended < count);
    }

    @Test
    void theFiguresOfATunnelAndOfFailures() throws Exception {
        InetSocketAddress loopback = new InetSocketAddress("127.0.0.1", 0);
        try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                PrometheusExport export = new PrometheusExport(
                        Socks5Server.builder()
                                .listen(loopback)
                                .maxConnections(1)
                                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                                .accessRule(AccessRules.builder().deny("*:81").build()),
                        loopback)) {
            try (Socket socket = client(export, "secret").connect("localhost", origin.getLocalPort());
                    Socket behind = origin.accept()) {
                socket.getOutputStream().write(new byte[3]);
                behind.getInputStream().readNBytes(3);
                behind.getOutputStream().write(new byte[5]);
                socket.getInputStream().readNBytes(5);
                assertThatThrownBy(() -> client(export, "secret").connect("localhost", 80))
                        .isInstanceOf(IOException.class);
                assertThat(scrape(export)) // while the tunnel is open
                        .contains(
                                "socks5_server_connections 1.0",
                                "socks5_server_tunnels 1.0",
                                "socks5_server_associations 0.0",
                                "socks5_server_connections_accepted_total 1.0",
                                "socks5_server_connections_rejected_total{reason=\"too-many-connections\"} 1.0",
                                "socks5_server_relayed_bytes_total{direction=\"up\"} 3.0",
                                "socks5_server_relayed_bytes_total{direction=\"down\"} 5.0",
                                "socks5_server_connect_seconds_count{command=\"connect\"} 1");
            }
            awaitEnds(export, 1);
            assertThatThrownBy(() -> client(export, "secret").connect("localhost", 81))
                    .isInstanceOf(RequestRejectedException.class);
            awaitEnds(export, 2);
            assertThatThrownBy(() -> client(export, "wrong").connect("localhost", 80))
                    .isInstanceOf(AuthenticationFailedException.class);
            awaitEnds(export, 3);
            List<String> figures = scrape(export);
            assertThat(figures)
                    .contains(
                            "socks5_server_connections 0.0",
                            "socks5_server_tunnels 0.0",
                            "socks5_server_connections_accepted_total 3.0",
                            "socks5_server_logins_failed_total 1.0",
                            "socks5_server_requests_failed_total{reply=\"not-allowed\"} 1.0",
                            "socks5_server_relayed_bytes_total{direction=\"up\"} 3.0",
                            "socks5_server_relayed_bytes_total{direction=\"down\"} 5.0",
                            "socks5_server_datagrams_total{direction=\"up\"} 0.0",
                            "socks5_server_datagrams_dropped_total{reason=\"lost\"} 0.0",
                            "socks5_server_sessions_seconds_count{reason=\"finished\"} 1",
                            "socks5_server_sessions_seconds_count{reason=\"request-failed\"} 1",
                            "socks5_server_sessions_seconds_count{reason=\"not-authenticated\"} 1");
            // Nothing of who, from where and where to: each would be a series of its own.
            assertThat(String.join("\n", figures)).doesNotContain("alice", "localhost", "127.0.0.1", "secret");
        }
    }
}
