package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.micrometer.Socks5ClientMetrics;
import dev.socks5.micrometer.Socks5ServerMetrics;
import dev.socks5.server.AccessRules;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;

/**
 * The figures of a server and a client in a registry: 3 bytes up and 5 down through one tunnel, a request that was
 * refused, and a login that failed. Nothing changes any more.
 */
final class Measured implements AutoCloseable {

    private final Socks5ServerMetrics server = new Socks5ServerMetrics();
    private final Socks5ClientMetrics client = new Socks5ClientMetrics();
    private final Endpoint proxy;

    Measured(MeterRegistry registry) throws Exception {
        server.bindTo(registry);
        client.bindTo(registry);
        try (Socks5Server running = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .accessRule(AccessRules.builder().deny("*:81").build())
                .listener(server)
                .start()) {
            proxy = Endpoint.of(running.localAddresses().get(0));
            server.watch(running);
            exchange(running.localAddresses().get(0));
            assertThatThrownBy(() ->
                            client(running.localAddresses().get(0), "secret").connect("localhost", 81))
                    .isInstanceOf(RequestRejectedException.class);
            assertThatThrownBy(() ->
                            client(running.localAddresses().get(0), "wrong").connect("localhost", 80))
                    .isInstanceOf(Socks5Exception.class);
            running.shutdown(Duration.ofSeconds(20));
        }
    }

    /** Tells where the server was. */
    Endpoint proxy() {
        return proxy;
    }

    private void exchange(InetSocketAddress proxy) throws IOException {
        try (ServerSocket origin = new ServerSocket(0, 1, Loopback.V4);
                Socket socket = client(proxy, "secret").connect("127.0.0.1", origin.getLocalPort());
                Socket behind = origin.accept()) {
            socket.getOutputStream().write(new byte[3]);
            behind.getInputStream().readNBytes(3);
            behind.getOutputStream().write(new byte[5]);
            socket.getInputStream().readNBytes(5);
        }
    }

    private Socks5Client client(InetSocketAddress proxy, String password) {
        Socks5ClientBuilder builder = Socks5Client.builder().proxy(proxy).credentials("alice", password);
        return builder.listener(client).build();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
