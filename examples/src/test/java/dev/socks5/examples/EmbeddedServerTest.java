package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.AccessRules;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
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
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .resolver(name -> List.of(InetAddress.getByName("127.0.0.1"))) // every name is this machine
                .accessRule(AccessRules.builder().deny("forbidden.test").build())
                .start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        web.stop(0);
    }

    private Socks5Client client(String password) {
        return Socks5Client.builder()
                .proxy(proxy.localAddresses().get(0))
                .credentials("alice", password)
                .build();
    }

    private URI page(String host) {
        return URI.create("http://" + host + ":" + web.getAddress().getPort() + "/");
    }

    @Test
    void theCodeUnderTestGoesThroughTheProxy() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FetchPage.fetch(client("secret"), page("shop.test"), new PrintStream(out));
        assertThat(out).asString().endsWith("ok");
    }

    @Test
    void theCodeUnderTestIsRefused() {
        assertThatThrownBy(() -> FetchPage.fetch(client("secret"), page("forbidden.test"), System.out))
                .isInstanceOf(RequestRejectedException.class);
        assertThatThrownBy(() -> FetchPage.fetch(client("wrong"), page("shop.test"), System.out))
                .isInstanceOf(AuthenticationFailedException.class);
    }
}
