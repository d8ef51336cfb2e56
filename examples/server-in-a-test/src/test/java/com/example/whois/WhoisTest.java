package com.example.whois;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRules;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts a proxy in this process, and checks what the code asks it for. */
@Timeout(30)
class WhoisTest {

    private final Queue<Endpoint> asked = new ConcurrentLinkedQueue<>(); // filled by a thread of the server

    private ServerSocket origin;
    private Socks5Server proxy;
    private Whois whois;

    @BeforeEach
    void start() throws IOException {
        origin = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        proxy = Socks5Server.builder()
                .listen("127.0.0.1", 0) // the system chooses a free port
                .resolver(name -> List.of(InetAddress.getLoopbackAddress())) // every name is this host
                .accessRule(AccessRules.builder().deny("forbidden.test").build())
                .listener(new Socks5ServerListener() {
                    @Override
                    public void requested(SessionInfo session) {
                        asked.add(session.request().destination());
                    }
                })
                .start();
        whois = new Whois(new Proxy(Proxy.Type.SOCKS, proxy.localAddresses().get(0)));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        origin.close();
    }

    @Test
    void asksThroughTheProxyAndLeavesTheNameToIt() throws IOException {
        CompletableFuture.runAsync(this::answerOnce);
        assertEquals("no match for example.com", whois.ask("whois.test", origin.getLocalPort(), "example.com"));
        assertEquals(List.of(Endpoint.of("whois.test", origin.getLocalPort())), List.copyOf(asked));
    }

    @Test
    void failsIfTheProxyRefuses() {
        assertThrows(SocketException.class, () -> whois.ask("forbidden.test", origin.getLocalPort(), "example.com"));
        assertEquals(1, proxy.statistics().requestsFailed());
    }

    private void answerOnce() {
        try (Socket client = origin.accept()) {
            String question = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            client.getOutputStream().write(("no match for " + question).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
