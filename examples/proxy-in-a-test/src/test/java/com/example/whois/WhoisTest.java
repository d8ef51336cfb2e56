package com.example.whois;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.junit.Fault;
import dev.socks5.junit.NoDirectConnections;
import dev.socks5.junit.RecordedRequest;
import dev.socks5.junit.Socks5ProxyExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Has a proxy in this process, checks what the code asks it for, and makes it fail. */
@Timeout(30)
class WhoisTest {

    @RegisterExtension
    static final Socks5ProxyExtension proxy = Socks5ProxyExtension.create();

    private ServerSocket origin;
    private Whois whois;

    @BeforeEach
    void start() throws IOException {
        origin = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        proxy.resolve("whois.test", InetAddress.getLoopbackAddress()); // nobody else knows this name
        whois = new Whois(proxy.client());
    }

    @AfterEach
    void stop() throws IOException {
        origin.close();
    }

    @Test
    @NoDirectConnections // Fails if anything in this JVM connects, or looks a name up, past the proxy.
    void asksThroughTheProxyAndLeavesTheNameToIt() throws IOException {
        CompletableFuture.runAsync(this::answerOnce);
        assertEquals("no match for example.com", whois.ask("whois.test", origin.getLocalPort(), "example.com"));
        proxy.requireProxied("whois.test", origin.getLocalPort());
    }

    @Test
    void failsIfTheProxyRefuses() {
        proxy.next(Fault.reply(ReplyCode.NOT_ALLOWED));
        assertThrows(RequestRejectedException.class, () -> whois.ask("whois.test", 43, "example.com"));
        RecordedRequest request = proxy.requireProxied("whois.test", 43);
        assertEquals(RecordedRequest.Outcome.REFUSED, request.outcome());
    }

    @Test
    void noticesThatTheAnswerWasCutOff() {
        proxy.next(Fault.cutAfter(10).inTunnel());
        CompletableFuture.runAsync(this::answerOnce);
        assertThrows(IOException.class, () -> whois.ask("whois.test", origin.getLocalPort(), "example.com"));
    }

    private void answerOnce() {
        try (Socket client = origin.accept()) {
            String question = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            client.getOutputStream().write(("no match for " + question + "\r\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
