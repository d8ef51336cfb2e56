package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.ReplyCode;
import dev.socks5.junit.Fault;
import dev.socks5.junit.Socks5ProxyExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bridge answers itself. */
@Timeout(60)
class BridgeRefusalTest {

    private static final String CONNECT = "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String GET = "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n";

    @RegisterExtension
    static final Socks5ProxyExtension testProxy =
            Socks5ProxyExtension.create(settings -> settings.login("us3r", "s3cret"));

    static String answer(Socks5Client client, String request) throws IOException {
        try (HttpBridge bridge = HttpBridge.open(client);
                RawHttpClient http = new RawHttpClient(bridge)) {
            return http.send(request).readAll();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "01, 502 Bad Gateway",
        "02, 403 Forbidden",
        "03, 502 Bad Gateway",
        "04, 502 Bad Gateway",
        "05, 502 Bad Gateway",
        "f0, 502 Bad Gateway"
    })
    void tellsWhatTheProxyReplied(String code, String status) throws Exception {
        for (String request : new String[] {CONNECT, GET}) {
            testProxy.next(Fault.reply(new ReplyCode(HexFormat.fromHexDigits(code))));
            assertThat(answer(testProxy.client(), request))
                    .startsWith("HTTP/1.1 " + status + ": ")
                    .contains("\r\nConnection: close\r\n", "a.test:80", "(0x" + code.toUpperCase(Locale.ROOT));
        }
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        testProxy.next(Fault.answer(5, 0xFF));
        assertThat(answer(testProxy.client(), "HEAD http://a.test/ HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 502 Bad Gateway: ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void tellsThatTheLoginFailed() throws Exception {
        testProxy.next(Fault.refuseLogin());
        assertThat(answer(testProxy.client(), GET))
                .startsWith("HTTP/1.1 502 Bad Gateway: ")
                .contains("did not accept the user name and password")
                .doesNotContain("us3r", "s3cret");
    }

    @Test
    void limitsTheTimeForConnecting() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client =
                    proxy.clientBuilder().connectTimeout(Duration.ofMillis(200)).build();
            assertThat(answer(client, GET)).startsWith("HTTP/1.1 504 Gateway Timeout: ");
            proxy.received();
        }
    }

    @Test
    void limitsTheTimeForTheHead() throws Exception {
        Socks5Client client = Socks5Client.builder()
                .proxy(testProxy.address())
                .connectTimeout(Duration.ofMillis(200))
                .build();
        assertThat(answer(client, "GET http://a.test/ HTTP/1.1\r\n")).startsWith("HTTP/1.1 408 Request Timeout: ");
        assertThat(answer(client, "")).isEmpty();
        assertThat(testProxy.requests()).isEmpty();
    }

    @Test
    void limitsTheTimeForAWebSocketHandshake() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client =
                    proxy.clientBuilder().connectTimeout(Duration.ofMillis(500)).build();
            assertThat(answer(client, GET.replace("\r\n\r\n", "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")))
                    .startsWith("HTTP/1.1 504 Gateway Timeout: ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n",
                "\n",
                "POST http://a.test/ HTTP/1.1\r\nHost: a\r\n b\r\n"
            })
    void refusesWhatIsNotForAProxy(String request) throws Exception {
        assertThat(answer(testProxy.client(), request + " ".repeat(100_000)))
                .startsWith("HTTP/1.1 400 Bad Request: ")
                .contains("\r\nConnection: close\r\n");
        assertThat(testProxy.requests()).isEmpty();
    }

    /** As they pass without a bridge. */
    @Test
    void takesHeadsOf100KibBothWays() throws Exception {
        String fields = ("A: " + "b".repeat(1019) + "\r\n").repeat(100);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            assertThat(RawHttpClient.readHead(client.socket().getInputStream())).contains(fields);
            client.send(("HTTP/1.1 204 No Content\r\n" + fields + "\r\n").getBytes(US_ASCII));
        })) {
            assertThat(answer(proxy.client(), GET.replace("\r\n\r\n", "\r\n" + fields + "\r\n")))
                    .startsWith("HTTP/1.1 204 No Content\r\n" + fields);
            proxy.received();
        }
    }

    @Test
    void limitsHeadsAsItIsTold() throws Exception {
        String fields = "A: " + "b".repeat(1020) + "\r\n\r\n";
        for (String request : new String[] {GET.replace("\r\n\r\n", "\r\n" + fields), GET}) {
            try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                        RawHttpClient.readHead(client.socket().getInputStream());
                        client.send(("HTTP/1.1 200 OK\r\n" + fields).getBytes(US_ASCII));
                    });
                    HttpBridge bridge = HttpBridge.builder(proxy.client())
                            .maxHeadBytes(1024)
                            .open();
                    RawHttpClient http = new RawHttpClient(bridge)) {
                assertThat(http.send(request).readAll())
                        .startsWith(request.equals(GET) ? "HTTP/1.1 502 " : "HTTP/1.1 431 ")
                        .contains("more than 1024 bytes");
            }
        }
        for (int limit : new int[] {1023, -1, 0, HttpBridgeBuilder.LARGEST_HEAD + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HttpBridge.builder(Socks5Client.of("socks5h://127.0.0.1"))
                            .maxHeadBytes(limit))
                    .withMessageContaining(Integer.toString(limit));
        }
    }

    @Test
    void refusesAHeadThatIsTooLong() throws Exception {
        assertThat(answer(testProxy.client(), "GET http://a.test/" + "x".repeat(400_000)))
                .startsWith("HTTP/1.1 431 Request Header Fields Too Large: ");
        assertThat(testProxy.requests()).isEmpty();
    }

    @Test
    void survivesWhatItsClientThrows() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {});
                HttpBridge bridge = HttpBridge.open(proxy.clientBuilder()
                        .direct(destination -> {
                            throw new QuietException();
                        })
                        .build())) {
            for (int i = 0; i < 2; i++) {
                try (RawHttpClient client = new RawHttpClient(bridge)) {
                    assertThat(client.send(GET).readAll()).startsWith("HTTP/1.1 500 Internal Server Error: ");
                }
            }
        }
    }

    /** Ends up with the thread's handler of exceptions, which prints it. */
    private static final class QuietException extends RuntimeException {

        private static final long serialVersionUID = 1;

        QuietException() {
            super("thrown by a test", null, false, false);
        }
    }
}
