package com.example.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the program as its users do, with a real proxy and a web server in this process. */
@Timeout(60)
class FetchTest {

    private HttpServer web;
    private Socks5Server proxy;

    private record Outcome(int status, String output) {}

    @BeforeEach
    void start() throws IOException {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/page", exchange -> {
            byte[] body = "hello".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.start();
        proxy = Socks5Server.builder()
                .listen("127.0.0.1", 0) // the system chooses a free port
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .resolver(name -> List.of(InetAddress.getLoopbackAddress())) // every name is this host
                .start();
    }

    @AfterEach
    void stop() {
        proxy.close();
        web.stop(0);
    }

    @Test
    void fetchesThroughTheProxyWithALogin() throws Exception {
        Outcome outcome = run("alice:secret@", "/page");
        assertEquals("hello", outcome.output().strip());
        assertEquals(0, outcome.status());
        assertEquals(1, proxy.statistics().accepted());
    }

    @Test
    void saysWhatFailed() throws Exception {
        Outcome wrongLogin = run("alice:wrong@", "/page");
        assertTrue(wrongLogin.output().contains("the proxy did not accept the user name and password"));
        assertEquals(1, wrongLogin.status());

        Outcome noPage = run("alice:secret@", "/elsewhere");
        assertTrue(noPage.output().contains("the answer has status 404"));
        assertEquals(1, noPage.status());
    }

    private Outcome run(String login, String path) throws IOException, InterruptedException {
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Fetch.class.getName(),
                "http://shop.test:" + web.getAddress().getPort() + path); // only the proxy knows the name
        program.environment().keySet().removeIf(name -> name.equalsIgnoreCase("no_proxy") || name.equals("all_proxy"));
        program.environment()
                .put(
                        "ALL_PROXY",
                        "socks5h://" + login + "127.0.0.1:"
                                + proxy.localAddresses().get(0).getPort());
        Process process = program.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
