package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.testing.Authority;
import dev.socks5.testing.TlsFront;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to a proxy that is reached by TLS, up to the tunnel. */
@Timeout(60)
class TlsHandshakeTest {

    private static final Endpoint DESTINATION = Endpoint.of("example.com", 80);

    private static Authority authority;
    private static SSLContext trusting;
    private static SSLContext ofLocalhost;

    @BeforeAll
    static void makeCertificates() throws Exception {
        authority = new Authority();
        trusting = authority.context();
        ofLocalhost = authority.context(authority.issue("A proxy", "localhost"));
    }

    private static ScriptedProxy proxy(ScriptedProxy.Script script) throws IOException {
        return new ScriptedProxy(new TlsFront(ofLocalhost).before(script));
    }

    private static Socks5ClientBuilder client(int port) {
        return Socks5Client.builder()
                .proxy("localhost", port)
                .credentials("alice", "s3cret")
                .connectTimeout(Duration.ofSeconds(15))
                .tls(trusting);
    }

    private static Socks5Client client(ScriptedProxy proxy) {
        return client(proxy.address().getPort()).build();
    }

    private static Throwable failure(Socks5Client client) {
        return catchThrowable(() -> client.connect(DESTINATION));
    }

    private static Throwable failureAt(Socks5Client client, ScriptedProxy proxy) throws Exception {
        Throwable failure = failure(client);
        assertThat(failure).hasMessageNotContainingAny("alice", "s3cret");
        try {
            assertThat(proxy.received()).isEmpty();
        } catch (ExecutionException e) {
            // What the TLS of the proxy makes of the alert, or of the end: no byte has come through it.
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
        return failure;
    }

    @ParameterizedTest
    @CsvSource({
        "socks5s://alice:s3cret@localhost:, TLSv1.2",
        "socks5hs://alice:s3cret@localhost:, TLSv1.3",
        "SOCKS5S://alice:s3cret@127.0.0.1:,"
    })
    void logsInInsideTls(String uri, @Nullable String protocol) throws Exception {
        SSLContext context = authority.context(authority.issue("A proxy", "localhost", "127.0.0.1"));
        try (ScriptedProxy proxy = new ScriptedProxy(new TlsFront(context, protocol, false).before(client -> {
                    client.greet(ScriptedProxy.LOGIN_SELECTED);
                    assertThat(client.readLogin()).isEqualTo("01 05 61 6c 69 63 65 06 73 33 63 72 65 74");
                    client.send(ScriptedProxy.LOGIN_ACCEPTED);
                    client.readRequest();
                    client.send(ScriptedProxy.SUCCESS + " 2a");
                    client.awaitEnd();
                }));
                Wiretap tap = new Wiretap(proxy.address())) {
            Socks5Client client = Socks5Client.builder()
                    .tls(trusting)
                    .uri(uri + tap.port())
                    .connectTimeout(Duration.ofSeconds(15))
                    .build();
            try (Socket socket = client.connect("192.0.2.1", 80)) {
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
                assertThat(socket.getSoTimeout()).isZero();
            }
            proxy.received();
            assertThat(tap.sent()).isNotEmpty().doesNotContain("alice", "s3cret");
        }
    }

    @Test
    void theContextMayComeBehindTheUri() throws Exception {
        try (ScriptedProxy proxy = proxy(ScriptedProxy.tunnelling(ScriptedProxy.Client::awaitEnd))) {
            Socks5Client client = Socks5Client.builder()
                    .uri("socks5hs://localhost:" + proxy.address().getPort())
                    .tls(trusting)
                    .build();
            client.connect(DESTINATION).close();
            proxy.received();
        }
    }

    /** A URI that says nothing of TLS must not switch off what was asked for. */
    @Test
    void aPlainUriDoesNotUndoTls() throws Exception {
        try (ScriptedProxy proxy = proxy(ScriptedProxy.tunnelling(ScriptedProxy.Client::awaitEnd))) {
            Socks5Client client = Socks5Client.builder()
                    .tls(trusting)
                    .uri("socks5h://localhost:" + proxy.address().getPort())
                    .build();
            client.connect(DESTINATION).close();
            proxy.received();
        }
    }

    @Test
    void aLaterUriTakesThePlaceOfOneWithTls() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = Socks5Client.builder()
                    .uri("socks5hs://proxy.example")
                    .uri("socks5h://127.0.0.1:" + proxy.address().getPort())
                    .build();
            client.connect(DESTINATION).close();
            proxy.received();
        }
    }

    /** The default context trusts what the JVM does, which is not this authority. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutAContextTheDefaultHolds(boolean bySystemProperty) throws Exception {
        try (ScriptedProxy proxy = proxy(ScriptedProxy.Client::awaitEnd)) {
            String uri = "socks5hs://alice:s3cret@localhost:" + proxy.address().getPort();
            Throwable failure = bySystemProperty
                    ? catchThrowable(() -> new Socks5SocketFactory(uri + "?sendAhead=login").createSocket("a.b", 80))
                    : failureAt(Socks5Client.of(uri), proxy);
            assertThat(failure).isInstanceOf(SSLException.class).hasMessageContaining("certification path");
        }
    }

    @Test
    void anUnknownAuthorityIsRefused() throws Exception {
        Authority other = new Authority();
        try (ScriptedProxy proxy = proxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client =
                    client(proxy.address().getPort()).tls(other.context()).build();
            assertThat(failureAt(client, proxy))
                    .isInstanceOf(SSLException.class)
                    .hasMessageStartingWith(
                            "TLS with the proxy localhost:" + proxy.address().getPort() + " has failed: ")
                    .hasMessageContaining("CertPath")
                    .hasCauseInstanceOf(SSLException.class);
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        SSLContext expired = authority.context(authority.issueExpired("A proxy", "localhost"));
        try (ScriptedProxy proxy = new ScriptedProxy(new TlsFront(expired).before(ScriptedProxy.Client::awaitEnd))) {
            assertThat(failureAt(client(proxy), proxy))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("NotAfter");
        }
    }

    /** A resolved address is the address, whatever name it carries. */
    @ParameterizedTest
    @CsvSource({"localhost, proxy.example", "localhost, 127.0.0.1", "127.0.0.1, localhost"})
    void anotherHostsCertificateIsRefused(String host, String name) throws Exception {
        SSLContext others = authority.context(authority.issue("A proxy", name));
        try (ScriptedProxy proxy = new ScriptedProxy(new TlsFront(others).before(ScriptedProxy.Client::awaitEnd))) {
            Socks5Client client = client(proxy.address().getPort())
                    .proxy(host, proxy.address().getPort())
                    .build();
            assertThat(failureAt(client, proxy))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining(host);
        }
    }

    @Test
    void theNameOfAResolvedAddressIsNotTheNameInTheCertificate() throws Exception {
        try (ScriptedProxy proxy = proxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = client(1)
                    .proxy(new InetSocketAddress("localhost", proxy.address().getPort()))
                    .build();
            assertThat(failureAt(client, proxy)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void sendsTheNameOfTheProxy() throws Exception {
        SSLContext context = authority.context(authority.issue("A proxy", "proxy.example"));
        List<String> names = new ArrayList<>();
        try (ScriptedProxy proxy = new ScriptedProxy(raw -> {
            SSLSocket tls = new TlsFront(context).accept(raw.socket());
            ((ExtendedSSLSession) tls.getSession())
                    .getRequestedServerNames()
                    .forEach(name -> names.add(name.toString()));
            raw.over(tls).acceptTunnel();
            raw.over(tls).awaitEnd();
        })) {
            Socks5Client client = client(1)
                    .proxy("proxy.example", proxy.address().getPort())
                    .resolver(name -> List.of(proxy.address().getAddress()))
                    .build();
            client.connect(DESTINATION).close();
            proxy.received();
            assertThat(names).singleElement().asString().contains("proxy.example");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void showsACertificateIfTheProxyWantsOne(String protocol) throws Exception {
        ScriptedProxy.Script script = ScriptedProxy.tunnelling(ScriptedProxy.Client::awaitEnd);
        TlsFront front = new TlsFront(ofLocalhost, protocol, true);
        try (ScriptedProxy proxy = new ScriptedProxy(front.before(script))) {
            SSLContext own = authority.context(authority.issue("alice"));
            client(proxy.address().getPort())
                    .tls(own)
                    .build()
                    .connect(DESTINATION)
                    .close();
            proxy.received();
        }
        try (ScriptedProxy proxy = new ScriptedProxy(front.before(script))) {
            assertThat(failureAt(client(proxy), proxy))
                    .isInstanceOf(SSLException.class)
                    .hasMessageStartingWith("TLS with the proxy localhost:")
                    .hasMessageContaining("Received fatal alert");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'05 00', speaks SOCKS5 without TLS",
        "'05 ff', speaks SOCKS5 without TLS",
        "'48 54 54 50 2f 31 2e 31 20 34 30 30', speaks something else",
        "'00', speaks something else",
        "'16 03 03 00 02 ff ff', has failed",
        "'', has ended the connection"
    })
    void aProxyWithoutTlsIsRefused(String answer, String reason) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(5);
            client.send(answer);
            client.socket().shutdownOutput();
            client.awaitEnd();
        })) {
            Throwable failure = failure(client(proxy));
            assertThat(failure)
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("proxy localhost:" + proxy.address().getPort() + " ")
                    .hasMessageContaining(reason)
                    .hasMessageNotContainingAny("alice", "s3cret");
            assertThat(proxy.received()).startsWith("16 03 ").doesNotContain("61 6c 69 63 65", "73 33 63 72 65 74");
        }
    }

    @Test
    void aResetIsNoAgreement() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(5);
            client.reset();
        })) {
            assertThat(failure(client(proxy)))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("has ended the connection without an answer to TLS");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDeadlineHolds(boolean drips) throws Exception {
        Duration limit = Duration.ofMillis(300);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(5);
            // A record of TLS that comes byte by byte: no single read takes long.
            for (String octet : ("16 03 03 00 ff" + " 00".repeat(200)).split(" ", -1)) {
                if (drips) {
                    client.send(octet);
                }
                Thread.sleep(50);
            }
        })) {
            Socks5Client client =
                    client(proxy.address().getPort()).connectTimeout(limit).build();
            long start = System.nanoTime();
            assertThat(failure(client))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("no tunnel to example.com:80 through the proxy localhost:")
                    .hasMessageContaining("within 300 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(limit, limit.plusSeconds(4));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptAndCloseEndTheTlsHandshake(boolean interrupt) throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(5);
            stalled.countDown();
            client.awaitEnd();
        })) {
            Socket socket = client(proxy).socketFactory().createSocket();
            Blocked blocked = Blocked.in(() -> socket.connect(InetSocketAddress.createUnresolved("a.b", 80)));
            stalled.await();
            if (interrupt) {
                blocked.interrupt();
                assertThat(blocked.failure()).isInstanceOf(ClosedByInterruptException.class);
                assertThat(blocked.wasInterrupted()).isTrue();
            } else {
                socket.close();
                assertThat(blocked.failure()).isExactlyInstanceOf(SocketException.class);
            }
            assertThat(socket.isClosed()).isTrue();
            proxy.received();
        }
    }

    @Test
    void aRefusalClosesTheConnection() throws Exception {
        try (ScriptedProxy proxy = proxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 05 00 01 00 00 00 00 00 00");
            client.awaitEnd();
        })) {
            assertThat(failure(client(proxy))).isInstanceOf(RequestRejectedException.class);
            proxy.received();
        }
    }

    @Test
    void sendsAheadInsideTls() throws Exception {
        CountDownLatch all = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(new TlsFront(ofLocalhost).before(client -> {
                    client.expect("05 01 02 01 05 61 6c 69 63 65 06 73 33 63 72 65 74");
                    client.readRequest();
                    client.expect("68 69");
                    all.countDown();
                    client.send("05 02 01 00 " + ScriptedProxy.SUCCESS);
                    client.awaitEnd();
                }));
                Wiretap tap = new Wiretap(proxy.address())) {
            Socks5Client client = client(tap.port()).sendLoginAhead().build();
            client.connect(DESTINATION, ByteBuffer.wrap(new byte[] {'h', 'i'})).close();
            all.await();
            proxy.received();
            assertThat(tap.sent()).startsWith("\u0016\u0003").doesNotContain("alice", "s3cret");
        }
    }

    @Test
    void channelsAreRefusedBeforeAnythingIsDialled() throws Exception {
        try (ScriptedProxy proxy = proxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = client(proxy);
            for (Socks5Client either : List.of(
                    client,
                    Socks5Client.builder().proxy("a.b", 1).build().through(client),
                    client.through(Socks5Client.builder().proxy(proxy.address()).build()))) {
                assertThatThrownBy(() -> either.openChannel(DESTINATION))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("a channel has no place for TLS");
                assertThatThrownBy(() -> either.connectAsync(DESTINATION))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("virtual thread");
            }
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @Test
    void theJdksOwnRouteIsRefused() {
        Socks5Client client = client(1080).build();
        assertThatThrownBy(client::proxySelector)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("TLS");
        assertThatThrownBy(() -> client.authenticator(null)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Socks5ProxySelector.builder().otherwise(client))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
