package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.bridge.HttpBridge;
import dev.socks5.bridge.HttpBridgeFailure;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.PasswordAuthentication;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code java.net.http.HttpClient} through a bridge and our server, to a name that only the server knows. */
@Timeout(180)
class HttpBridgeTest {

    private static final long PATIENCE_SECONDS = 30;

    private OurServer proxy;
    private HttpBridge bridge;
    private JdkWebServer origin;
    private HttpClient http;

    @BeforeEach
    void open() throws IOException {
        proxy = OurServer.withLogin();
        bridge = HttpBridge.open(Socks5Client.builder()
                .proxy(proxy.address())
                .credentials(OurServer.USER, OurServer.PASSWORD)
                .build());
        origin = new JdkWebServer();
        http = builder().build();
    }

    private HttpClient.Builder builder() {
        return HttpClient.newBuilder().proxy(bridge.proxySelector()).connectTimeout(Duration.ofSeconds(60));
    }

    @AfterEach
    void close() {
        origin.close();
        bridge.close();
        proxy.close();
    }

    @Test
    void asTheRecipeHasIt() throws Exception {
        Socks5Client client = Socks5Client.builder()
                .proxy(proxy.address())
                .credentials(OurServer.USER, OurServer.PASSWORD)
                .build();
        String uri = uri("/count").toString();
        String body;
        // recipe: java.net.http.HttpClient
        try (HttpBridge bridge = HttpBridge.open(client)) {
            HttpClient http =
                    HttpClient.newBuilder().proxy(bridge.proxySelector()).build();
            HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).build();
            body = http.send(request, BodyHandlers.ofString()).body();
        }
        // end of recipe
        assertThat(body).isEqualTo("null 0");
        assertWentThroughTheProxy(origin.port());
    }

    private URI uri(String path) {
        return URI.create("http://" + OurServer.NAME + ":" + origin.port() + path);
    }

    private static HttpRequest post(URI uri, HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(uri).POST(body).build();
    }

    private void assertWentThroughTheProxy(int port) {
        assertThat(proxy.destinations()).isNotEmpty().allMatch(Endpoint.of(OurServer.NAME, port)::equals);
        // And nobody here could have known where that is.
        assertThatThrownBy(() -> InetAddress.getByName(OurServer.NAME)).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void http11() throws Exception {
        assertThat(http.send(HttpRequest.newBuilder(uri("/count")).build(), BodyHandlers.ofString())
                        .body())
                .isEqualTo("null 0");
        assertThat(http.send(post(uri("/count"), BodyPublishers.ofString("12345")), BodyHandlers.ofString())
                        .body())
                .isEqualTo("null 5");
        HttpRequest chunked = post(uri("/count"), BodyPublishers.ofInputStream(() -> new JdkWebServer.Zeros(100_000)));
        assertThat(http.send(chunked, BodyHandlers.ofString()).body()).isEqualTo("chunked 100000");
        HttpRequest patient = HttpRequest.newBuilder(uri("/echo"))
                .expectContinue(true)
                .POST(BodyPublishers.ofByteArray(Origin.BODY))
                .build();
        HttpResponse<byte[]> echoed = http.send(patient, BodyHandlers.ofByteArray());
        assertThat(echoed.statusCode()).isEqualTo(200);
        assertThat(echoed.body()).isEqualTo(Origin.BODY);
        assertWentThroughTheProxy(origin.port());
    }

    @Test
    void http2BehindTls(@TempDir Path directory) throws Exception {
        SelfMadeCertificate certificate = SelfMadeCertificate.in(directory);
        HttpClient trusting =
                builder().sslContext(certificate.trustingContext()).build();
        try (NettyWebServer server = NettyWebServer.tls(certificate)) {
            URI uri = URI.create("https://" + OurServer.NAME + ":" + server.port() + "/");
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .version(version)
                        .POST(BodyPublishers.ofString("body of " + version))
                        .build();
                HttpResponse<String> response = trusting.send(request, BodyHandlers.ofString());
                assertThat(response.version()).isEqualTo(version);
                assertThat(response.body()).isEqualTo("body of " + version);
            }
            URI webSocket = URI.create("wss://" + OurServer.NAME + ":" + server.port() + NettyWebServer.WEB_SOCKET);
            assertThat(echoed(trusting, webSocket)).isEqualTo("there and back");
            assertWentThroughTheProxy(server.port());
        }
    }

    @Test
    void webSocket() throws Exception {
        try (NettyWebServer server = NettyWebServer.plain()) {
            URI uri = URI.create("ws://" + OurServer.NAME + ":" + server.port() + NettyWebServer.WEB_SOCKET);
            assertThat(echoed(http, uri)).isEqualTo("there and back");
            assertWentThroughTheProxy(server.port());
        }
    }

    private static String echoed(HttpClient client, URI uri) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(uri, new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                        answer.complete(text.toString());
                        return null;
                    }

                    @Override
                    public void onError(WebSocket socket, Throwable failure) {
                        answer.completeExceptionally(failure);
                    }
                })
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        socket.sendText("there and back", true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            socket.abort();
        }
    }

    @Test
    void aGigabyteDown() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/zeros")).build();
        JdkWebServer.CountingOutput count = new JdkWebServer.CountingOutput();
        try (InputStream body = http.send(request, BodyHandlers.ofInputStream()).body()) {
            body.transferTo(count);
        }
        assertThat(count.total).isEqualTo(JdkWebServer.GIGABYTE);
        assertWentThroughTheProxy(origin.port());
    }

    @Test
    void aGigabyteUp() throws Exception {
        HttpRequest request =
                post(uri("/count"), BodyPublishers.ofInputStream(() -> new JdkWebServer.Zeros(JdkWebServer.GIGABYTE)));
        assertThat(http.send(request, BodyHandlers.ofString()).body()).isEqualTo("chunked " + JdkWebServer.GIGABYTE);
        assertWentThroughTheProxy(origin.port());
    }

    @Test
    void leavesTheClientsAuthenticatorAlone() throws Exception {
        List<Authenticator.RequestorType> asked = new CopyOnWriteArrayList<>();
        HttpClient known = builder()
                .authenticator(new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        asked.add(getRequestorType());
                        return new PasswordAuthentication("user", "pass".toCharArray());
                    }
                })
                .build();
        HttpRequest request = HttpRequest.newBuilder(uri("/secret")).build();
        assertThat(known.send(request, BodyHandlers.ofString()).body()).isEqualTo("told");
        assertThat(asked).containsExactly(Authenticator.RequestorType.SERVER);
    }

    @Test
    void saysWhyThereIsNoAnswer() throws Exception {
        try (Socket nobody = Loopback.refusing()) {
            URI uri = URI.create("http://127.0.0.1:" + nobody.getLocalPort() + "/");
            HttpResponse<String> response =
                    http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("connection refused (0x05)");
        }
        Socks5Client stranger = Socks5Client.builder()
                .proxy(proxy.address())
                .credentials(OurServer.USER, "wrong")
                .build();
        try (HttpBridge other = HttpBridge.open(stranger)) {
            HttpClient through =
                    HttpClient.newBuilder().proxy(other.proxySelector()).build();
            HttpResponse<String> response =
                    through.send(HttpRequest.newBuilder(uri("/echo")).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("did not accept the user name and password");
            // HttpClient itself says no more than "Tunnel failed, got: 502".
            HttpRequest tunnel = HttpRequest.newBuilder(URI.create("https://" + OurServer.NAME + ":1/"))
                    .build();
            assertThatThrownBy(() -> through.send(tunnel, BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            HttpBridgeFailure failure = other.lastFailure().orElseThrow();
            assertThat(failure.destination()).isEqualTo(Endpoint.of(OurServer.NAME, 1));
            assertThat(failure.cause()).isInstanceOf(AuthenticationFailedException.class);
        }
        assertThat(proxy.destinations()).isEmpty();
    }
}
