package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.testing.Authority;
import dev.socks5.testing.TlsFront;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A proxy behind the TLS of a socket factory: one certificate for a name, and one for an address. */
@Timeout(240)
class TlsProxyTest {

    private static SSLContext ofLocalhost;
    private static SSLContext ofAddress;

    @BeforeAll
    static void makeCertificates() throws Exception {
        ofLocalhost = ofItsOwnAuthority("localhost");
        ofAddress = ofItsOwnAuthority("127.0.0.1");
    }

    private static SSLContext ofItsOwnAuthority(String name) throws Exception {
        Authority authority = new Authority();
        return authority.context(authority.issue("A proxy", name));
    }

    private static SSLContext certificateOf(String host) {
        return host.equals("localhost") ? ofLocalhost : ofAddress;
    }

    /** Answers inside TLS, on a connection that was accepted in plain. */
    private static ScriptedProxy behindTls(SSLContext context, ScriptedProxy.Script script) throws IOException {
        return new ScriptedProxy(new TlsFront(context).before(script));
    }

    private static Socks5ClientBuilder client(String host, ScriptedProxy proxy, SSLContext context) {
        return Socks5Client.builder()
                .proxy(host, proxy.address().getPort())
                .connectTimeout(Duration.ofSeconds(15))
                .proxySocketFactory(context.getSocketFactory());
    }

    @Test
    void opensATunnelInsideTls() throws Exception {
        for (String host : List.of("localhost", "127.0.0.1")) {
            SSLContext context = certificateOf(host);
            try (ScriptedProxy proxy = behindTls(context, client -> {
                client.acceptTunnel();
                client.expect("2a");
                client.send("2b");
                client.awaitEnd();
            })) {
                try (Socket socket = client(host, proxy, context).build().connect("example.com", 80)) {
                    socket.getOutputStream().write(0x2a);
                    assertThat(socket.getInputStream().read()).isEqualTo(0x2b);
                    assertThat(socket.getSoTimeout()).isZero();
                }
                assertThat(proxy.received()).endsWith("65 78 61 6d 70 6c 65 2e 63 6f 6d 00 50 2a");
            }
        }
    }

    @Test
    void isTheFirstOfAChain() throws Exception {
        SSLContext context = ofLocalhost;
        try (ScriptedProxy proxy = behindTls(context, client -> {
            client.acceptTunnel();
            client.acceptTunnel();
            client.awaitEnd();
        })) {
            Socks5Client first = client("localhost", proxy, context).build();
            Socks5Client second =
                    Socks5Client.builder().proxy("second.test", 1082).build();
            second.through(first).connect("a.b", 80).close();
            assertThat(proxy.received()).endsWith("05 01 00 05 01 00 03 03 61 2e 62 00 50");
        }
    }

    @Test
    void anotherHostsCertificateIsRefused() throws Exception {
        for (String host : List.of("localhost", "127.0.0.1")) {
            SSLContext context = host.equals("localhost") ? ofAddress : ofLocalhost;
            try (ScriptedProxy proxy = behindTls(context, ScriptedProxy.Client::awaitEnd)) {
                Socks5Client client = client(host, proxy, context)
                        .credentials("user", "s3cret")
                        .build();
                assertThatThrownBy(() -> client.connect("example.com", 80))
                        .as(host)
                        .isInstanceOf(SSLException.class);
                // Nothing of SOCKS5 has been said.
                assertNothingWasSaid(proxy);
            }
        }
    }

    private static void assertNothingWasSaid(ScriptedProxy proxy) throws Exception {
        try {
            assertThat(proxy.received()).isEmpty();
        } catch (ExecutionException e) {
            // What the TLS of the proxy makes of an alert: no octet came through it.
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void anotherHostsCertificateIsRefusedForAResolvedAddress() throws Exception {
        // A look-up of the address would give that name, but it is the address that was given.
        SSLContext context = ofLocalhost;
        try (ScriptedProxy proxy = behindTls(context, ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = Socks5Client.builder()
                    .proxy(proxy.address())
                    .proxySocketFactory(context.getSocketFactory())
                    .build();
            assertThatThrownBy(() -> client.connect("example.com", 80)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void anUnknownCertificateIsRefused() throws Exception {
        try (ScriptedProxy proxy = behindTls(ofLocalhost, ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = client("localhost", proxy, ofAddress).build();
            assertThatThrownBy(() -> client.connect("example.com", 80)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aRefusalClosesTheConnection() throws Exception {
        SSLContext context = ofLocalhost;
        try (ScriptedProxy proxy = behindTls(context, client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 05 00 01 00 00 00 00 00 00");
            client.awaitEnd();
        })) {
            Socket socket =
                    client("localhost", proxy, context).build().socketFactory().createSocket();
            assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("example.com", 80)))
                    .isInstanceOf(RequestRejectedException.class);
            assertThat(socket.isClosed()).isTrue();
            proxy.received();
        }
    }

    @Test
    void closeEndsATlsHandshake() throws Exception {
        SSLContext context = ofLocalhost;
        CountDownLatch stalled = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(5);
            stalled.countDown();
            client.awaitEnd();
        })) {
            assertCloseEnds(client("localhost", proxy, context).build(), stalled);
            proxy.received();
        }
    }

    @Test
    void closeEndsAHandshakeInsideTls() throws Exception {
        SSLContext context = ofLocalhost;
        CountDownLatch stalled = new CountDownLatch(1);
        try (ScriptedProxy proxy = behindTls(context, client -> {
            client.read(3);
            stalled.countDown();
            client.awaitEnd();
        })) {
            assertCloseEnds(client("localhost", proxy, context).build(), stalled);
            proxy.received();
        }
    }

    /** As sockets of TLS do it now and then: the stream ends before the socket counts as closed. */
    @Test
    void anEndThatComesOfACloseIsReportedAsThat() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Socket layered = mock(Socket.class);
        when(layered.getOutputStream()).thenReturn(OutputStream.nullOutputStream());
        InputStream endsWithTheSocket = mock(InputStream.class);
        when(endsWithTheSocket.read(any(), anyInt(), anyInt())).thenAnswer(call -> {
            reading.countDown();
            closed.await();
            return -1;
        });
        when(layered.getInputStream()).thenReturn(endsWithTheSocket);
        doAnswer(call -> {
                    closed.countDown();
                    return null;
                })
                .when(layered)
                .close();
        SocketFactory factory = mock(SocketFactory.class);
        when(factory.createSocket()).thenReturn(layered);
        Socks5Client client = Socks5Client.builder()
                .proxy("127.0.0.1", 1080)
                .proxySocketFactory(factory)
                .build();
        assertCloseEnds(client, reading);
    }

    @Test
    void closeEndsADial() throws Exception {
        SSLContext context = ofLocalhost;
        try (DeafProxy proxy = new DeafProxy()) {
            Socks5Client client = Socks5Client.builder()
                    .proxy(proxy.address())
                    .proxySocketFactory(context.getSocketFactory())
                    .build();
            assertCloseEnds(client, new CountDownLatch(0));
        }
    }

    @Test
    void closeWhileTheSocketIsBeingMadeIsNotForgotten() throws Exception {
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Socket[] made = new Socket[1];
        SocketFactory slow = mock(SocketFactory.class);
        when(slow.createSocket()).thenAnswer(call -> {
            making.countDown();
            closed.await();
            made[0] = new Socket();
            return made[0];
        });
        try (DeafProxy proxy = new DeafProxy()) {
            Socket socket = Socks5Client.builder()
                    .proxy(proxy.address())
                    .proxySocketFactory(slow)
                    .build()
                    .socketFactory()
                    .createSocket();
            CompletableFuture<@Nullable Throwable> failure = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> socket.connect(InetSocketAddress.createUnresolved("example.com", 80))));
            making.await();
            Thread closer = new Thread(() -> assertThatNoException().isThrownBy(socket::close));
            closer.start();
            closer.join(1_000); // Newer JDKs let it wait until the socket is made.
            closed.countDown();
            assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
            assertThat(made[0].isClosed()).isTrue();
        }
    }

    private static void assertCloseEnds(Socks5Client client, CountDownLatch blocked) throws Exception {
        Socket socket = client.socketFactory().createSocket();
        CompletableFuture<@Nullable Throwable> failure = CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> socket.connect(InetSocketAddress.createUnresolved("example.com", 80))));
        blocked.await();
        // No event tells that the thread has entered the kernel. The test holds without this as well.
        Thread.sleep(100);
        socket.close();
        assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
    }

    @Test
    void theDeadlineHoldsWhateverTlsDoesWithItsTime() throws Exception {
        SSLContext context = ofLocalhost;
        Duration limit = Duration.ofMillis(300);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(5);
            // A record of TLS that comes octet by octet: no single read takes long.
            for (String octet : ("16 03 03 00 ff" + " 00".repeat(200)).split(" ", -1)) {
                client.send(octet);
                Thread.sleep(50);
            }
        })) {
            Socks5Client client =
                    client("localhost", proxy, context).connectTimeout(limit).build();
            long start = System.nanoTime();
            assertThatThrownBy(() -> client.connect("example.com", 80)).isInstanceOf(SocketTimeoutException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(limit, limit.plusSeconds(4));
        }
    }

    @Test
    void aProxyWithoutTlsIsRefused() throws Exception {
        SSLContext context = ofLocalhost;
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(5);
            client.send("05 00");
        })) {
            Socks5Client client = client("localhost", proxy, context).build();
            assertThatThrownBy(() -> client.connect(Endpoint.of("example.com", 80)))
                    .isInstanceOf(IOException.class);
        }
    }
}
