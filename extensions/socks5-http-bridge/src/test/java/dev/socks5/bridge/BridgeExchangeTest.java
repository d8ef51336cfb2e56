package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests in absolute form through a bridge; the script of the proxy is the origin's. */
@Timeout(60)
class BridgeExchangeTest {

    private static final String GET = "GET http://a.test/x?y HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String POST = "POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n";
    private static final String FORWARDED_POST = "POST / HTTP/1.1\r\nHost: a.test\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String CLOSE = "Connection: close\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String NO_BODY = OK + "Content-Length: 0\r\n\r\n";

    private static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** What an origin does with its connection. */
    private static ScriptedProxy origin(ScriptedProxy.Script script) throws Exception {
        return ScriptedProxy.tunnel(script);
    }

    private static void send(ScriptedProxy.Client client, String text) throws Exception {
        client.send(text.getBytes(ISO_8859_1));
    }

    private static InputStream in(ScriptedProxy.Client client) throws Exception {
        return client.socket().getInputStream();
    }

    /** Sends a request whose body the origin gets as it is given here. */
    private static void assertForwarded(String request, String forwarded) throws Exception {
        try (ScriptedProxy proxy = origin(client -> {
                    assertThat(RawHttpClient.read(in(client), forwarded.length()))
                            .isEqualTo(forwarded);
                    send(client, NO_BODY);
                    assertThat(client.socket().getInputStream().readAllBytes()).isEmpty();
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(request);
            assertThat(client.readAll()).isEqualTo(OK + "Content-Length: 0\r\n" + CLOSE);
            client.close();
            try {
                proxy.received();
            } catch (ExecutionException e) {
                // How the connection to the origin ends, once the client has its answer, does not matter.
                assertThat(e).hasCauseInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void forwardsInOriginForm() throws Exception {
        assertForwarded(GET, "GET /x?y HTTP/1.1\r\nHost: a.test\r\n" + CLOSE);
    }

    @Test
    void forwardsBodies() throws Exception {
        assertForwarded(
                POST + "Content-Length: 5\r\n\r\n12345",
                FORWARDED_POST + "Content-Length: 5\r\nConnection: close\r\n\r\n12345");
        assertForwarded(
                POST + CHUNKED + "\r\n3;a=b\r\n123\r\n02\r\n45\r\n0\r\nTrailer: dropped\r\n\r\n",
                FORWARDED_POST + CHUNKED + CLOSE + "3\r\n123\r\n2\r\n45\r\n0\r\n\r\n");
    }

    /** A second request on the connection could be meant for another origin. */
    @Test
    void forwardsOneRequestOfAConnection() throws Exception {
        assertForwarded(GET + GET, "GET /x?y HTTP/1.1\r\nHost: a.test\r\n" + CLOSE);
    }

    @Test
    void streamsRequestAndResponse() throws Exception {
        try (ScriptedProxy proxy = origin(client -> {
                    RawHttpClient.readHead(in(client));
                    assertThat(RawHttpClient.read(in(client), 8)).isEqualTo("3\r\nabc\r\n");
                    send(client, OK + CHUNKED + "\r\n1\r\nx\r\n");
                    assertThat(RawHttpClient.read(in(client), 8)).isEqualTo("3\r\ndef\r\n");
                    send(client, "1\r\ny\r\n0\r\n\r\n");
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(POST + CHUNKED + "\r\n3\r\nabc\r\n");
            assertThat(client.readHead()).isEqualTo(OK + CHUNKED + CLOSE);
            assertThat(client.read(6)).isEqualTo("1\r\nx\r\n");
            client.send("3\r\ndef\r\n");
            assertThat(client.readAll()).isEqualTo("1\r\ny\r\n0\r\n\r\n");
            proxy.received();
        }
    }

    @Test
    void letsAClientWaitForTheOriginsConsent() throws Exception {
        try (ScriptedProxy proxy = origin(client -> {
                    assertThat(RawHttpClient.readHead(in(client))).contains("\r\nExpect: 100-continue\r\n");
                    send(client, "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
                    assertThat(RawHttpClient.read(in(client), 4)).isEqualTo("body");
                    send(client, NO_BODY);
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(POST + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n");
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("body");
            assertThat(client.readAll()).startsWith(OK);
            proxy.received();
        }
    }

    @Test
    void deliversAnAnswerThatComesBeforeTheWholeBody() throws Exception {
        try (ScriptedProxy proxy = origin(client -> {
                    RawHttpClient.readHead(in(client));
                    send(client, "HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno");
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(POST + "Content-Length: 1000000000\r\n\r\n").send("x".repeat(1_000_000));
            assertThat(client.readAll()).isEqualTo("HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n" + CLOSE + "no");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x\r\n", "-1\r\n", "0x1\r\n", "1 2\r\n", "\r\n", "1\n", "1\r\nab\r\n", "1111111111111111\r\n"})
    void refusesBadChunks(String chunk) throws Exception {
        try (ScriptedProxy proxy = origin(client -> {
                    RawHttpClient.readHead(in(client));
                    client.awaitEnd();
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(POST + CHUNKED + "\r\n3\r\nabc\r\n" + chunk);
            assertThat(client.readAll()).startsWith("HTTP/1.1 400 Bad Request: ");
            // And the origin does not take it for a whole request.
            assertThat(proxy.received()).doesNotContain("30 0d 0a 0d 0a");
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void endsWithAClientThatGivesUp(boolean withinTheBody) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedProxy proxy = origin(client -> {
                    RawHttpClient.readHead(in(client));
                    asked.countDown();
                    client.awaitEnd();
                });
                HttpBridge bridge = HttpBridge.open(proxy.client())) {
            try (RawHttpClient client = new RawHttpClient(bridge)) {
                client.send(POST + (withinTheBody ? "Content-Length: 5\r\n\r\nabc" : "\r\n"));
                asked.await();
            }
            proxy.received();
        }
    }

    @Test
    void letsAWebSocketThrough() throws Exception {
        String handshake = head(
                "GET http://a.test/chat HTTP/1.1",
                "Host: a.test",
                "Sec-WebSocket-Key: k",
                "Connection: keep-alive, Upgrade",
                "Upgrade: websocket");
        String agreed = head(
                "HTTP/1.1 101 Switching Protocols",
                "Sec-WebSocket-Accept: a",
                "Connection: Upgrade",
                "Upgrade: websocket");
        try (ScriptedProxy proxy = origin(client -> {
                    assertThat(RawHttpClient.readHead(in(client)))
                            .isEqualTo(head(
                                    "GET /chat HTTP/1.1",
                                    "Host: a.test",
                                    "Sec-WebSocket-Key: k",
                                    "Connection: Upgrade",
                                    "Upgrade: websocket"));
                    send(client, agreed + "hello");
                    client.echo();
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(handshake);
            assertThat(client.readHead()).isEqualTo(agreed);
            assertThat(client.read(5)).isEqualTo("hello");
            client.send("frame");
            assertThat(client.read(5)).isEqualTo("frame");
            client.socket().shutdownOutput();
            assertThat(client.readAll()).isEmpty();
            proxy.received();
        }
        assertThat(BridgeResponseTest.answered(handshake, "HTTP/1.1 426 No\r\nContent-Length: 1\r\n\r\nx"))
                .isEqualTo("HTTP/1.1 426 No\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
    }

    @Test
    void aRefusedWebSocketEndsWithAClientThatGivesUp() throws Exception {
        try (ScriptedProxy proxy = origin(client -> {
                    RawHttpClient.readHead(in(client));
                    send(client, "HTTP/1.1 200 OK\r\n\r\nx");
                    client.awaitEnd();
                });
                HttpBridge bridge = HttpBridge.open(proxy.client())) {
            try (RawHttpClient client = new RawHttpClient(bridge)) {
                client.send(head(
                        "GET http://a.test/chat HTTP/1.1",
                        "Host: a.test",
                        "Connection: Upgrade",
                        "Upgrade: websocket"));
                client.readHead();
                assertThat(client.read(1)).isEqualTo("x");
            }
            proxy.received();
        }
    }
}
