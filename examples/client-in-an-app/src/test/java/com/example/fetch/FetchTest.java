package com.example.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.socks5.junit.Fault;
import dev.socks5.junit.Socks5ProxyExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the program as its users do, with a real proxy and a web server in this process. */
@Timeout(60)
class FetchTest {

    @RegisterExtension
    static final Socks5ProxyExtension proxy =
            Socks5ProxyExtension.create(settings -> settings.login("alice", "secret"));

    private HttpServer web;

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
        proxy.resolve("shop.test", InetAddress.getLoopbackAddress()); // only the proxy knows the name
    }

    @AfterEach
    void stop() {
        web.stop(0);
    }

    @Test
    void fetchesThroughTheProxyWithALogin() throws Exception {
        Outcome outcome = run("/page");
        assertEquals("hello", outcome.output().strip());
        assertEquals(0, outcome.status());
        proxy.requireProxied("shop.test", web.getAddress().getPort());
    }

    @Test
    void saysWhatFailed() throws Exception {
        proxy.next(Fault.refuseLogin());
        Outcome wrongLogin = run("/page");
        assertTrue(wrongLogin.output().contains("the proxy did not accept the user name and password"));
        assertEquals(1, wrongLogin.status());

        Outcome noPage = run("/elsewhere");
        assertTrue(noPage.output().contains("the answer has status 404"));
        assertEquals(1, noPage.status());
    }

    private Outcome run(String path) throws IOException, InterruptedException {
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Fetch.class.getName(),
                "http://shop.test:" + web.getAddress().getPort() + path);
        program.environment().keySet().removeIf(name -> name.equalsIgnoreCase("no_proxy") || name.equals("all_proxy"));
        program.environment().put("ALL_PROXY", proxy.uri().toString());
        Process process = program.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
