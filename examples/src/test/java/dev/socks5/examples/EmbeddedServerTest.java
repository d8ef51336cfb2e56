package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Authenticator;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How to embed a server in a test: port 0, names of your own making, and nothing on the machine to set up. */
@Timeout(30)
class EmbeddedServerTest {

    private HttpServer web;
    private Socks5Server proxy;

    @BeforeEach
    void start() throws IOException {
        web = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        web.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
            exchange.close();
        });
        web.start();
        proxy = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .resolver(name -> java.util.List.of(InetAddress.getByName("127.0.0.1"))) // any name is this machine
                .accessRule(AccessRules.builder().deny("forbidden.test").build())
                .start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        web.stop(0);
    }

    @Test
    void theCodeUnderTestGoesThroughTheProxy() throws IOException {
        String host = "shop.test:" + web.getAddress().getPort();
        Proxy socks = new Proxy(Proxy.Type.SOCKS, proxy.localAddresses().get(0));
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://" + host + "/").toURL().openConnection(socks);
        assertThat(connection.getInputStream().readAllBytes()).asString().isEqualTo("ok");
    }

    @Test
    void aServerWithALogin() throws IOException {
        try (Socks5Server strict = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(Authenticator.of(Map.of("alice", "secret")))
                .start()) {
            assertThat(strict.localAddresses()).hasSize(1);
        }
    }
}
