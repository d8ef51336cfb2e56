package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeRequestTest {

    private static final int LIMIT = 10_000;

    /** A head as it goes to its origin. */
    private static String forwarded(String head) throws IOException {
        HttpHead forOrigin = request(head).forOrigin();
        return forOrigin == null ? "" : new String(forOrigin.encode(), ISO_8859_1);
    }

    private static BridgeRequest request(String head) throws IOException {
        return BridgeRequest.of(HttpHead.read(input(head)));
    }

    static HttpInput input(String text) throws IOException {
        return new HttpInput(
                new Socket() {
                    private final InputStream in = new ByteArrayInputStream(text.getBytes(ISO_8859_1));

                    @Override
                    public InputStream getInputStream() {
                        return in;
                    }
                },
                HttpInput.Lines.STRICT,
                LIMIT);
    }

    private static String get(String target, String... fields) {
        String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return "GET " + target + " HTTP/1.1\r\nHost: other.test\r\n" + lines + "\r\n";
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.test, a.test, /, a.test:80",
        "HTTP://A.test:8080/x?y=http://b.test/, A.test:8080, /x?y=http://b.test/, A.test:8080",
        "http://a.test?q, a.test, /?q, a.test:80",
        "http://a.test:/, a.test:, /, a.test:80",
        "http://[2001:db8::1]/, [2001:db8::1], /, [2001:db8::1]:80",
        "http://192.0.2.1:1/, 192.0.2.1:1, /, 192.0.2.1:1",
        "http://a_b.test/a@b:c[d]//e, a_b.test, /a@b:c[d]//e, a_b.test:80",
    })
    void takesTheTargetApart(String target, String host, String path, String destination) throws Exception {
        assertThat(request(get(target)).destination()).isEqualTo(Endpoint.parse(destination));
        // The client's own Host field gives way to what the target says.
        assertThat(forwarded(get(target)))
                .isEqualTo("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    @Test
    void knowsTheAsteriskForm() throws Exception {
        assertThat(forwarded("OPTIONS http://a.test HTTP/1.0\r\n\r\n")).startsWith("OPTIONS * HTTP/1.1\r\n");
        assertThat(forwarded("OPTIONS http://a.test/ HTTP/1.0\r\n\r\n")).startsWith("OPTIONS / HTTP/1.1\r\n");
    }

    @Test
    void keepsEndToEndFieldsInOrder() throws Exception {
        assertThat(forwarded(get("http://a.test/", "Cookie: a", "Authorization: Basic x", "cookie:\t b \t", "Empty:")))
                .isEqualTo(get(
                                "http://a.test/",
                                "Cookie: a",
                                "Authorization: Basic x",
                                "cookie: b",
                                "Empty: ",
                                "Connection: close")
                        .replace("http://a.test", "")
                        .replace("other.test", "a.test"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: keep-alive",
                "Connection: Named, close\r\nNamed: x\r\nNAMED: y",
                "Connection: a\r\nconnection: b\r\nA: 1\r\nB: 2",
                "Connection: host, content-length, ,",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: Basic eDp5",
                "Proxy-Authenticate: Basic",
                "TE: trailers",
                "Trailer: Expires",
                "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x",
                "Upgrade: websocket",
            })
    void dropsWhatIsForThisHop(String fields) throws Exception {
        assertThat(forwarded(get("http://a.test/", fields)))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
    }

    @Test
    void writesTheFramingAnew() throws Exception {
        assertThat(forwarded(get("http://a.test/", "content-length: 5, 5", "Content-Length: 5")))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
        assertThat(forwarded(get("http://a.test/", "Connection: Transfer-Encoding", "Transfer-Encoding: CHUNKED")))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nTransfer-Encoding: chunked",
                "Content-Length: 1\r\nContent-Length: 2",
                "Content-Length: 1, 2",
                "Content-Length: +1",
                "Content-Length: -1",
                "Content-Length: 0x1",
                "Content-Length: 1 2",
                "Content-Length:",
                "Content-Length: 9999999999999999999",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding:",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding : chunked",
                "Content-Length : 5",
                "A : b",
                "A\t: b",
                "Host: second.test",
                "A: b\r\n c",
                "A: b\r\n\tc",
                " A: b",
                "A b",
                ": b",
                "A\u00e4: b",
                "A: b\nB: c",
                "A: b\rB: c",
                "A: b\rxB: c",
                "A: b\r\r\nB: c",
                "A: \0",
                "A: \u007f",
            })
    void refusesWhatCanBeTakenInTwoWays(String fields) {
        assertRefused(get("http://a.test/", fields));
    }

    @Test
    void refusesChunksFromHttp10AndMissingHosts() {
        assertRefused("POST http://a.test/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertRefused("GET http://a.test/ HTTP/1.1\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "*",
                "a.test:80",
                "https://a.test/",
                "ftp://a.test/",
                "http:/a.test/",
                "http:///",
                "http://:80/",
                "http://user@a.test/",
                "http://user:pass@a.test/",
                "http://a.test/#f",
                "http://a.test:x/",
                "http://a.test:65536/",
                "http://a.test:-1/",
                "http://2130706433/",
                "http://127.1/",
                "http://0x7f.1/",
                "http://[::1/",
                "http://::1/",
                "http://[::1%25lo]/",
                "http://[a.test]/",
                "http://a%2etest/",
                "http://a test/",
                "http://b\u00fccher.test/",
                "http://a.test/\t",
                "http://-a.test/",
                "http://a.test\\b/",
                "http://a.test,b.test/",
            })
    void refusesOtherTargets(String target) {
        assertRefused(get(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT a.test HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a.test: HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT u@a.test:80 HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT http://a.test:80/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT 127.1:80 HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a.test:80 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n",
                "CONNECT a.test:80 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                "CONNECT a.test:80 HTTP/1.1\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\n",
                "GET http://a.test/\r\n\r\n",
                "GET  http://a.test/ HTTP/1.0\r\n\r\n",
                "GET http://a.test/ HTTP/1.0 \r\n\r\n",
                " GET http://a.test/ HTTP/1.0\r\n\r\n",
                "G(T http://a.test/ HTTP/1.0\r\n\r\n",
                "GET http://a.test/ http/1.0\r\n\r\n",
                "GET http://a.test/ HTTP/2.0\r\n\r\n",
                "GET http://a.test/ HTTP/1.0\n\n",
                "\r\nGET http://a.test/ HTTP/1.0\r\n\r\n",
            })
    void refusesOtherRequests(String head) {
        assertRefused(head);
    }

    private static void assertRefused(String head) {
        assertThatThrownBy(() -> request(head))
                .isInstanceOfSatisfying(
                        HttpFormatException.class,
                        e -> assertThat(e.refusal().status()).isEqualTo(400));
    }

    @Test
    void limitsTheHead() throws Exception {
        String line = "A: " + "b".repeat(1000);
        int most = (LIMIT - get("http://a.test/").length()) / (line.length() + HttpHead.FIELD_COST);
        assertThat(forwarded(get("http://a.test/", (line + "\r\n").repeat(most - 1) + line)))
                .contains(line);
        assertTooLarge(get("http://a.test/", (line + "\r\n").repeat(most) + line));
        assertTooLarge("GET http://a.test/" + "x".repeat(LIMIT));
        // Each field takes memory, however short it is.
        assertTooLarge(get("http://a.test/", "A:\r\n".repeat(LIMIT / HttpHead.FIELD_COST) + "A:"));
    }

    private static void assertTooLarge(String head) {
        assertThatThrownBy(() -> request(head)).isInstanceOfSatisfying(HttpFormatException.class, e -> {
            assertThat(e.refusal().status()).isEqualTo(431);
            assertThat(e).hasMessageContaining(LIMIT + " bytes");
        });
    }
}
