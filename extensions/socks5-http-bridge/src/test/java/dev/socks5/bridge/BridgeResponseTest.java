package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client gets of the answer of an origin. */
@Timeout(60)
class BridgeResponseTest {

    private static final String GET = "GET http://a.test/x?y HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String CLOSE = "Connection: close\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    /** What the client gets if the origin answers a request with this, and ends. */
    static String answered(String request, String answer) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    RawHttpClient.readHead(client.socket().getInputStream());
                    client.send(answer.getBytes(ISO_8859_1));
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            client.send(request);
            String all = client.readAll();
            proxy.received();
            return all;
        }
    }

    private static String answered(String answer) throws Exception {
        return answered(GET, answer);
    }

    @Test
    void passesResponsesOn() throws Exception {
        assertThat(answered("HTTP/1.0 404 Not here\r\nA: 1\r\nA: 2\r\n\r\nto the end"))
                .isEqualTo("HTTP/1.1 404 Not here\r\nA: 1\r\nA: 2\r\n" + CLOSE + "to the end");
        assertThat(answered("HTTP/1.1 200\r\nContent-Length: 2, 2\r\n\r\nabc"))
                .isEqualTo("HTTP/1.1 200 \r\nContent-Length: 2\r\n" + CLOSE + "ab");
        assertThat(answered(
                        OK + "Connection: b, keep-alive\r\nB: 1\r\nKeep-Alive: 5\r\nProxy-Authenticate: Basic\r\n\r\n"))
                .isEqualTo(OK + CLOSE);
    }

    /** Octet 85 is a control character of Latin 1, a line's end at that, and part of many characters of UTF-8. */
    @Test
    void takesAnyTextForAReasonAndForAnExtension() throws Exception {
        assertThat(answered("HTTP/1.1 404 \u00c3\u0085\r\n\r\n")).isEqualTo("HTTP/1.1 404 \u00c3\u0085\r\n" + CLOSE);
        assertThat(answered(OK + CHUNKED + "\r\n1;a=\"\u00c3\u0085\"\r\nx\r\n0\r\n\r\n"))
                .isEqualTo(OK + CHUNKED + CLOSE + "1\r\nx\r\n0\r\n\r\n");
    }

    /** RFC 9112 sections 2.2, 5.1 and 5.2: what a proxy may repair in a response, it passes on repaired. */
    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 200 OK\n\n', ''",
        "'HTTP/1.1 200\nA: 1\n\n', 'A: 1\r\n'",
        "'HTTP/1.1 200 \r\nA: 1\nB: 2\r\n\n', 'A: 1\r\nB: 2\r\n'",
        "'HTTP/1.1 200 \r\nA : 1\r\nB\t \t: 2\r\n\r\n', 'A: 1\r\nB: 2\r\n'",
        "'HTTP/1.1 200 \r\nA: 1\r\n 2\r\n\t \t3 \r\nB: 4\r\n\r\n', 'A: 1 2 3\r\nB: 4\r\n'",
        "'HTTP/1.1 200 \r\nA: 1\r\n B: 2\r\n\r\n', 'A: 1 B: 2\r\n'",
        "'HTTP/1.1 200 \r\nA:\r\n 1\r\n \r\n\r\n', 'A: 1\r\n'",
        "'HTTP/1.1 200 \r\nConnection : x,\n y\nX: 1\nY : 2\nZ: 3\n\n', 'Z: 3\r\n'",
    })
    void repairsWhatASloppyOriginSends(String answer, String fields) throws Exception {
        assertThat(answered(answer + "to the end"))
                .matches("(?s)HTTP/1\\.1 200 (OK)?\r\n.*")
                .endsWith(" " + (answer.contains("OK") ? "OK" : "") + "\r\n" + fields + CLOSE + "to the end");
    }

    @Test
    void repairsTheFramingOfASloppyOrigin() throws Exception {
        assertThat(answered(OK + "Content-Length : 2\n\nabc")).isEqualTo(OK + "Content-Length: 2\r\n" + CLOSE + "ab");
        assertThat(answered(OK + "Transfer-Encoding :\n chunked\n\n2;x\nab\n1\r\nc\n0\nA : b\n c\n\n"))
                .isEqualTo(OK + CHUNKED + CLOSE + "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
    }

    @Test
    void knowsResponsesWithoutABody() throws Exception {
        String head = "HEAD http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n";
        assertThat(answered(head, OK + "Content-Length: 5\r\n\r\n"))
                .isEqualTo(OK + "Content-Length: 5\r\nConnection: close\r\n\r\n");
        assertThat(answered("HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n"))
                .isEqualTo("HTTP/1.1 304 Same\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
        assertThat(answered("HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\nxxxxx"))
                .isEqualTo("HTTP/1.1 204 None\r\n" + CLOSE);
    }

    @Test
    void sparesHttp10WhatItDoesNotKnow() throws Exception {
        String request = "GET http://a.test/ HTTP/1.0\r\n\r\n";
        assertThat(answered(request, "HTTP/1.1 100 Continue\r\n\r\n" + OK + CHUNKED + "\r\n2\r\nab\r\n0\r\n\r\n"))
                .isEqualTo(OK + CLOSE + "ab");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OK + "Content-Length: 5\r\n\r\nabc",
                OK + CHUNKED + "\r\n3\r\nab",
                OK + CHUNKED + "\r\n3\r\nabc\r\n",
                OK + CHUNKED + "\r\n3\r\nabcd\r\n0\r\n\r\n",
                OK + CHUNKED + "\n3\nabcd\n0\n\n",
                OK + CHUNKED + "\r\n3\r\nabc\r0\r\n\r\n"
            })
    void doesNotLetATruncatedResponsePassForWhole(String answer) {
        assertThatThrownBy(() -> answered(answer)).isInstanceOf(SocketException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-x\r\n\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                OK + " A: b\r\n\r\n",
                OK + "A b: c\r\n\r\n",
                OK + " : b\r\n\r\n",
                OK + "\tA: b\n\n",
                OK + "A: b\rB: c\r\n\r\n",
                OK + "A: b\r\r\n\r\n",
                OK + "A: \0\r\n\r\n",
                OK + "Content-Length : 1\nContent-Length: 2\n\nab",
                OK + "Content-Length : 1\nTransfer-Encoding\t: chunked\n\n0\n\n",
                OK + "Transfer-Encoding: chunked,\n chunked\n\n0\n\n",
                OK + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                OK + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
            })
    void refusesWhatIsNoResponse(String answer) throws Exception {
        assertThat(answered(answer)).startsWith("HTTP/1.1 502 Bad Gateway: ");
    }

    @Test
    void refusesAHeadWithoutEnd() throws Exception {
        assertThat(answered(OK + ("A: " + "b".repeat(1000) + "\r\n").repeat(400)))
                .startsWith("HTTP/1.1 502 Bad Gateway: ");
        assertThatThrownBy(() -> answered(OK + CHUNKED + "\r\n0\r\n" + "A:\r\n".repeat(50_000) + "\r\n"))
                .isInstanceOf(SocketException.class);
    }
}
