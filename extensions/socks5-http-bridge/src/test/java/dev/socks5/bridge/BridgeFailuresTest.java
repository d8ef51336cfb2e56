package dev.socks5.bridge;

import static dev.socks5.bridge.ScriptedProxy.NO_AUTHENTICATION;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import dev.socks5.client.ConnectAttempt;
import dev.socks5.client.ConnectFailure;
import dev.socks5.client.ConnectPhase;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientListener;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.junit.Fault;
import dev.socks5.junit.Socks5ProxyExtension;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

/** What the user of a bridge can know about a request that has failed. */
@Timeout(60)
class BridgeFailuresTest {

    private static final String CONNECT = "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String GET = "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String POST = "POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n";
    private static final Endpoint DESTINATION = Endpoint.of("a.test", 80);

    @RegisterExtension
    static final Socks5ProxyExtension testProxy =
            Socks5ProxyExtension.create(settings -> settings.login("us3r", "s3cret"));

    private final List<HttpBridgeFailure> failures = new CopyOnWriteArrayList<>();

    /** Sends a request, and returns the first line of the answer once the failure has been told. */
    private String failed(Socks5Client client, String request) throws IOException {
        try (HttpBridge bridge =
                        HttpBridge.builder(client).onFailure(failures::add).open();
                RawHttpClient http = new RawHttpClient(bridge)) {
            assertThat(bridge.lastFailure()).isEmpty();
            String head = http.send(request).readHead();
            assertThat(failures).hasSize(1);
            assertThat(bridge.lastFailure()).containsSame(failures.get(0));
            return head.substring(0, head.indexOf("\r\n"));
        }
    }

    private <E extends IOException> E cause(Class<E> type) {
        assertThat(failures.get(0).destination()).isEqualTo(DESTINATION);
        assertThat(failures.get(0).cause()).isInstanceOf(type);
        return type.cast(failures.get(0).cause());
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECT, GET})
    void tellsThatTheLoginIsWrong(String request) throws Exception {
        testProxy.next(Fault.refuseLogin());
        assertThat(failed(testProxy.client(), request))
                .startsWith("HTTP/1.1 502 Bad Gateway: ")
                .contains("did not accept the user name and password")
                .doesNotContain("us3r", "s3cret");
        cause(AuthenticationFailedException.class);
        assertThat(failures.get(0).toString())
                .startsWith("a.test:80: ")
                .contains("did not accept")
                .doesNotContain("us3r", "s3cret");
    }

    /** Both are told of the same exception. */
    @ParameterizedTest
    @ValueSource(strings = {CONNECT, GET})
    void theClientsListenerHearsOfTheReasonAsWell(String request) throws Exception {
        Socks5ClientListener listener = mock(Socks5ClientListener.class);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 04 00 01 00 00 00 00 00 00");
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().listener(listener).build();
            assertThat(failed(client, request)).startsWith("HTTP/1.1 502 ");
            ArgumentCaptor<ConnectAttempt> attempt = ArgumentCaptor.forClass(ConnectAttempt.class);
            ArgumentCaptor<ConnectFailure> failure = ArgumentCaptor.forClass(ConnectFailure.class);
            verify(listener).connecting(any());
            verify(listener).failed(attempt.capture(), failure.capture());
            verifyNoMoreInteractions(listener);
            assertThat(attempt.getValue().request()).isEqualTo(Request.connect(DESTINATION));
            assertThat(failure.getValue().phase()).isEqualTo(ConnectPhase.REQUEST);
            assertThat(failure.getValue().proxy()).contains(Endpoint.of(proxy.address()));
            assertThat(failure.getValue().cause()).isSameAs(cause(RequestRejectedException.class));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECT, GET})
    void ofSeveralProxiesTellsTheRefusalOrWhatIsWrongWithEach(String request) throws Exception {
        Socks5Client gone;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            gone = Socks5Client.builder()
                    .proxy("127.0.0.1", nobody.getLocalPort())
                    .build();
        }
        testProxy.next(Fault.reply(ReplyCode.NOT_ALLOWED));
        assertThat(failed(Socks5Client.inOrder(gone, testProxy.client()), request))
                .startsWith("HTTP/1.1 403 Forbidden: ");
        assertThat(cause(RequestRejectedException.class).getSuppressed()).hasSize(1);
        failures.clear();
        assertThat(failed(Socks5Client.inOrder(gone, gone), request))
                .matches(
                        "HTTP/1.1 502 Bad Gateway: none of 2 proxies can be used: cannot reach the proxy .*: Connection"
                                + " refused; cannot reach the proxy .*: Connection refused");
        assertThat(cause(ConnectException.class).getSuppressed()).hasSize(2);
        try (ScriptedProxy silent = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            failures.clear();
            Socks5Client slow = silent.clientBuilder()
                    .connectTimeout(Duration.ofMillis(200))
                    .build();
            assertThat(failed(Socks5Client.inOrder(gone, slow), request)).startsWith("HTTP/1.1 504 Gateway Timeout: ");
        }
    }

    /** The client has done its part: that the response is no HTTP is told by the bridge alone. */
    @Test
    void theClientsListenerHearsOfTheConnectionOnly() throws Exception {
        Socks5ClientListener listener = mock(Socks5ClientListener.class);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            RawHttpClient.readHead(client.socket().getInputStream());
            client.send("SSH-2.0-x\r\n".getBytes(US_ASCII));
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().listener(listener).build();
            assertThat(failed(client, GET)).startsWith("HTTP/1.1 502 ");
            verify(listener).connecting(any());
            verify(listener).connected(any(), any());
            verifyNoMoreInteractions(listener);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECT, GET})
    void tellsThatTheProxyIsDown(String request) throws Exception {
        try (Socket nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            Socks5Client client = Socks5Client.builder()
                    .proxy((InetSocketAddress) nobody.getLocalSocketAddress())
                    .build();
            assertThat(failed(client, request)).contains("cannot reach the proxy 127.0.0.1:" + nobody.getLocalPort());
            cause(ConnectException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECT, GET})
    void tellsWhatTheProxyReplied(String request) throws Exception {
        testProxy.next(Fault.reply(ReplyCode.HOST_UNREACHABLE));
        assertThat(failed(testProxy.client(), request)).contains("host unreachable (0x04)");
        assertThat(cause(RequestRejectedException.class).reply().code()).isEqualTo(ReplyCode.HOST_UNREACHABLE);
    }

    @Test
    void tellsOfRequestsWithoutDestination() throws Exception {
        assertThat(failed(testProxy.client(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 400 Bad Request: this is a proxy");
        assertThat(failures.get(0).destination()).isNull();
        failures.clear();
        Socks5Client hasty = Socks5Client.builder()
                .proxy(testProxy.address())
                .connectTimeout(Duration.ofMillis(200))
                .build();
        assertThat(failed(hasty, "GET ")).startsWith("HTTP/1.1 408 Request Timeout: the request's head");
        assertThat(failures.get(0).cause()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void tellsWhatTheUsersOwnCodeThrows() throws Exception {
        IllegalStateException thrown = new IllegalStateException("s3cret");
        thrown.setStackTrace(new StackTraceElement[0]);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {})) {
            Socks5Client client = proxy.clientBuilder()
                    .direct(destination -> {
                        throw thrown;
                    })
                    .build();
            assertThat(failed(client, GET)).isEqualTo("HTTP/1.1 500 Internal Server Error: IllegalStateException");
            assertThat(cause(IOException.class)).hasCause(thrown);
        }
    }

    @Test
    void tellsThatTheOriginSpeaksNoHttp() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            RawHttpClient.readHead(client.socket().getInputStream());
            client.send("SSH-2.0-x\r\n".getBytes(US_ASCII));
            client.awaitEnd(); // As a server does that has sent its greeting.
        })) {
            assertThat(failed(proxy.client(), GET))
                    .startsWith("HTTP/1.1 502 Bad Gateway: no valid response from a.test:80: a status line is ");
            cause(HttpFormatException.class);
        }
    }

    @Test
    void tellsOfAResponseThatIsCutShort() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    RawHttpClient.readHead(client.socket().getInputStream());
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab".getBytes(US_ASCII));
                });
                HttpBridge bridge = HttpBridge.builder(proxy.client())
                        .onFailure(failures::add)
                        .open();
                RawHttpClient http = new RawHttpClient(bridge)) {
            http.send(GET);
            assertThatThrownBy(http::readAll).isInstanceOf(SocketException.class);
            assertThat(cause(EOFException.class)).hasMessage("ended within a body");
            assertThat(bridge.lastFailure()).containsSame(failures.get(0));
        }
    }

    /** One failure for a request, and the first one: that the origin's connection ends then comes of it. */
    @Test
    void tellsOfABadChunkOfTheClientOnce() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            assertThat(failed(proxy.client(), POST + "Transfer-Encoding: chunked\r\n\r\nx\r\n"))
                    .startsWith("HTTP/1.1 400 Bad Request: a chunk's size");
            cause(HttpFormatException.class);
            assertThat(failures).hasSize(1);
        }
    }

    @Test
    void aClientThatGivesUpIsNoFailure() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    RawHttpClient.readHead(client.socket().getInputStream());
                    asked.countDown();
                    client.awaitEnd();
                });
                HttpBridge bridge = HttpBridge.builder(proxy.client())
                        .onFailure(failures::add)
                        .open()) {
            try (RawHttpClient http = new RawHttpClient(bridge)) {
                http.send(GET);
                asked.await();
            }
            while (bridge.openSockets() > 1) {
                Thread.sleep(1); // Until the limit of the class.
            }
            assertThat(failures).isEmpty();
            assertThat(bridge.lastFailure()).isEmpty();
        }
    }

    @Test
    void closingIsNoFailure() throws Exception {
        CountDownLatch dialled = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(1);
            dialled.countDown();
            client.awaitEnd();
        })) {
            HttpBridge bridge =
                    HttpBridge.builder(proxy.client()).onFailure(failures::add).open();
            try (RawHttpClient http = new RawHttpClient(bridge)) {
                http.send(GET);
                dialled.await();
                bridge.close();
            }
            assertThat(failures).isEmpty();
            assertThat(bridge.lastFailure()).isEmpty();
        }
    }

    @Test
    void answersInSpiteOfAListenerThatThrows() throws Exception {
        try (HttpBridge bridge = HttpBridge.builder(testProxy.client())
                        .onFailure(failure -> {
                            throw new AssertionError("thrown by a test");
                        })
                        .open();
                RawHttpClient http = new RawHttpClient(bridge)) {
            assertThat(http.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readAll()).startsWith("HTTP/1.1 400 ");
            assertThat(bridge.lastFailure()).isPresent();
        }
    }

    /** The head is one write: if that fails, there is still somebody to tell. */
    @Test
    void tellsThatAnOriginTakesNoRequest() throws Exception {
        BridgeParts parts = new BridgeParts();
        ExecutorService threads = BridgeThreads.create();
        Socket origin = new BrokenSocket(new SocketException("Broken pipe"));
        try (SocketPair client = new SocketPair()) {
            client.outer.shutdownOutput();
            HttpInput in = new HttpInput(client.inner, HttpInput.Lines.STRICT, 10_000);
            BridgeRequest request = BridgeRequest.of(HttpHead.read(BridgeRequestTest.input(GET)));
            HttpInput fromOrigin = new HttpInput(origin, HttpInput.Lines.LENIENT, 10_000);
            new BridgeExchange(
                            in, fromOrigin, request, Objects.requireNonNull(request.forOrigin()), parts.shared(threads))
                    .run();
            assertThat(new String(client.outer.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 502 Bad Gateway: no valid response from a.test:80: Broken pipe\r\n");
            assertThat(parts.failures).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void tellsThatTheProtectionOfATunnelHasFailed() throws Exception {
        for (IOException failure : List.of(new SSLException("bad record"), new SocketException("reset"))) {
            BridgeParts parts = new BridgeParts();
            ExecutorService threads = BridgeThreads.create();
            try (SocketPair client = new SocketPair()) {
                HttpInput in = new HttpInput(client.inner, HttpInput.Lines.STRICT, 10_000);
                HttpInput fromOrigin = new HttpInput(new BrokenSocket(failure), HttpInput.Lines.LENIENT, 10_000);
                client.outer.getOutputStream().write('x');
                new BridgeTunnel(in, fromOrigin, DESTINATION, parts.shared(threads)).run();
                assertThat(parts.failures.stream().anyMatch(told -> failure.equals(told.cause())))
                        .isEqualTo(failure instanceof SSLException);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Test
    void isLoggedInAFewLines() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
        List<String> lines = new CopyOnWriteArrayList<>();
        BridgeFailures told = new BridgeFailures(
                failure -> {
                    throw new IllegalStateException("s3cret");
                },
                new BridgeLog(now::get, lines::add));
        IOException cause = new IOException("line\r\nbreak \u001b[0m");
        told.report(DESTINATION, cause, BridgeRefusal.of(cause));
        assertThat(lines)
                .containsExactly(
                        "HTTP bridge, a.test:80: line\\x0d\\x0abreak \\x1b[0m",
                        "HTTP bridge: the listener for failures failed: java.lang.IllegalStateException");
        for (int i = 0; i < 100; i++) {
            told.report(null, cause, BridgeRefusal.of(cause));
        }
        assertThat(lines).hasSize(BridgeLog.LINES);
        now.addAndGet(BridgeLog.WINDOW_NANOS);
        told.report(null, cause, BridgeRefusal.of(cause));
        assertThat(lines).hasSize(BridgeLog.LINES + 2);
        assertThat(lines.get(BridgeLog.LINES))
                .startsWith("HTTP bridge, a request: line")
                .endsWith(" (lines left out before: 192)");
        told.end();
        told.notAccepted(cause);
        assertThat(lines).hasSize(BridgeLog.LINES + 2);
    }

    @Test
    void aLogThatFailsDoesNoHarm() {
        BridgeLog log = new BridgeLog(System::nanoTime, line -> {
            throw new IllegalStateException("no disk");
        });
        log.warn("a");
        BridgeFailures told = new BridgeFailures(failures::add, log);
        told.report(null, new IOException(), BridgeRefusal.of(new IOException()));
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0)).hasToString("IOException");
    }

    /** Nothing of the kind comes from a socket at will. */
    private static final class BrokenSocket extends Socket {

        private final IOException failure;

        BrokenSocket(IOException failure) {
            this.failure = failure;
        }

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    throw failure;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    throw failure;
                }
            };
        }

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int octet) throws IOException {
                    throw failure;
                }
            };
        }
    }
}
