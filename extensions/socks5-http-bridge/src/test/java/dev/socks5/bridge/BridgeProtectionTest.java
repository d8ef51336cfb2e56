package dev.socks5.bridge;

import static dev.socks5.codec.ProtectionLevel.CONFIDENTIALITY;
import static dev.socks5.codec.ProtectionLevel.INTEGRITY;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.testing.Authority;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.GssapiPeer;
import dev.socks5.testing.TlsFront;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bridge before a proxy that is reached by TLS, or that protects what goes through it. */
@Timeout(240)
class BridgeProtectionTest {

    private static SSLContext ofLocalhost;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Authority authority = new Authority();
        ofLocalhost = authority.context(authority.issue("A proxy", "localhost"));
    }

    /** Answers inside TLS, on a connection that was accepted in plain. */
    private static ScriptedProxy behindTls(ScriptedProxy.Script script) throws IOException {
        return new ScriptedProxy(new TlsFront(ofLocalhost).before(script));
    }

    private static Socks5Client client(ScriptedProxy proxy) {
        return Socks5Client.builder()
                .proxy("localhost", proxy.address().getPort())
                .connectTimeout(Duration.ofSeconds(15))
                .tls(ofLocalhost)
                .build();
    }

    @Test
    void closeOfABridgeDoesNotWaitForAProxyThatTakesNoMore() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (ScriptedProxy proxy = behindTls(client -> {
                    client.acceptTunnel();
                    closed.await();
                });
                HttpBridge bridge = HttpBridge.open(client(proxy));
                SocketChannel channel = SocketChannel.open(bridge.address());
                Selector writable = Selector.open()) {
            channel.write(US_ASCII.encode("CONNECT a.test:1 HTTP/1.1\r\nHost: a.test\r\n\r\n"));
            RawHttpClient.readHead(channel.socket().getInputStream());
            writeUntilStalled(channel, writable);
            try {
                CompletableFuture.runAsync(bridge::close).get(20, TimeUnit.SECONDS);
            } finally {
                closed.countDown();
            }
        }
    }

    /** If the machine is so slow that this takes a pause for the end, the tests hold as well. */
    private static void writeUntilStalled(SocketChannel channel, Selector writable) throws IOException {
        SelectionKey key = channel.configureBlocking(false).register(writable, SelectionKey.OP_WRITE);
        while (writable.select(500) > 0) {
            writable.selectedKeys().clear();
            channel.write(ByteBuffer.allocate(0x10000));
        }
        key.cancel();
    }

    @Test
    void anAnswerEndsABodyThatTheProxyTakesNoMoreOf() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (ScriptedProxy proxy = behindTls(client -> {
                    client.acceptTunnel();
                    stalled.await();
                    client.send("HTTP/1.1 413 Enough\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
                    closed.await();
                });
                HttpBridge bridge = HttpBridge.open(client(proxy));
                SocketChannel channel = SocketChannel.open(bridge.address());
                Selector writable = Selector.open()) {
            channel.write(US_ASCII.encode(
                    "PUT http://a.test/ HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000000000\r\n\r\n"));
            writeUntilStalled(channel, writable);
            stalled.countDown();
            try {
                while (bridge.openSockets() > 1) {
                    Thread.sleep(1); // Until the limit of the class.
                }
            } finally {
                closed.countDown();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT a.b:80 HTTP/1.1\r\nHost: a.b\r\n\r\nGET / HTTP/1.1\r\n\r\n",
                "GET http://a.b/ HTTP/1.1\r\nHost: a.b\r\n\r\n"
            })
    void theBridgeGoesThroughTheProtection(String request) throws Exception {
        FakeContext context = FakeContext.initiator("alice");
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    GssapiPeer peer = GssapiPeer.of(client).open(INTEGRITY);
                    InputStream in = peer.input();
                    StringBuilder head = new StringBuilder();
                    while (head.indexOf("\r\n\r\n") < 0) {
                        head.append((char) in.read());
                    }
                    assertThat(head).startsWith("GET / HTTP/1.1\r\n");
                    peer.output().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(US_ASCII));
                    client.socket().shutdownOutput();
                    client.awaitEnd();
                });
                HttpBridge bridge = HttpBridge.open(proxy.clientBuilder()
                        .gssapi((there, command, destination) ->
                                ClientNegotiation.gssapi(context, CONFIDENTIALITY, false))
                        .build());
                Socket http = new Socket(
                        bridge.address().getAddress(), bridge.address().getPort())) {
            http.getOutputStream().write(request.getBytes(US_ASCII));
            assertThat(new String(http.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\nok");
            http.close();
            proxy.received();
            while (!context.isClosed()) {
                Thread.sleep(1); // Until the limit of the class.
            }
        }
    }
}
