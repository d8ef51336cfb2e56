package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.testing.Authority;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A socket of TLS that is connected after it was made, and what the JDK's own would do in its place. */
@Timeout(60)
class SslSocketTest {

    private static final String NAME = "server.example";
    private static final InetSocketAddress DESTINATION = InetSocketAddress.createUnresolved(NAME, 443);

    private final Authority authority = new Authority();
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void finish() {
        over.countDown();
    }

    private TlsEnd end() throws Exception {
        return new TlsEnd(authority.context(authority.issue("server", NAME)));
    }

    private SSLSocket unconnected(ScriptedProxy proxy) throws Exception {
        return unconnected(proxy.clientBuilder(), authority.context());
    }

    private static SSLSocket unconnected(Socks5ClientBuilder builder, SSLContext context) throws IOException {
        return (SSLSocket)
                builder.build().sslSocketFactory(context.getSocketFactory()).createSocket();
    }

    private static void assertEchoes(Socket socket) throws IOException {
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
    }

    @Test
    void keepsWhatIsSetBeforeTheConnect() throws Exception {
        try (TlsEnd end = end();
                ScriptedProxy proxy = ScriptedProxy.tunnel(end);
                SSLSocket socket = unconnected(proxy)) {
            socket.setSoTimeout(12_345);
            socket.setTcpNoDelay(true);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            String[] suites = {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"};
            socket.setEnabledCipherSuites(suites);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("front.example")));
            parameters.setApplicationProtocols(new String[] {"mqtt"});
            socket.setSSLParameters(parameters);
            socket.connect(DESTINATION);
            assertThat(socket.getSoTimeout()).isEqualTo(12_345);
            assertThat(socket.getTcpNoDelay()).isTrue();
            assertThat(socket.getEnabledProtocols()).containsExactly("TLSv1.2");
            assertThat(socket.getEnabledCipherSuites()).isEqualTo(suites);
            assertThat(socket.getSSLParameters().getApplicationProtocols()).containsExactly("mqtt");
            assertEchoes(socket);
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
            assertThat(socket.getSession().getCipherSuite()).isEqualTo(suites[0]);
            assertThat(end.requestedNames()).containsExactly("front.example");
        }
    }

    @Test
    void takesSettingsOnceConnected() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(end());
                SSLSocket socket = unconnected(proxy)) {
            socket.connect(DESTINATION);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setSoTimeout(12_345);
            assertThat(socket.setOption(StandardSocketOptions.TCP_NODELAY, true).getTcpNoDelay())
                    .isTrue();
            assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(socket.supportedOptions()).contains(StandardSocketOptions.SO_KEEPALIVE);
            assertEchoes(socket);
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
            assertThat(socket.getSoTimeout()).isEqualTo(12_345);
        }
    }

    /** Without a new session, there is none to resume, and the handshake fails. */
    @Test
    void keepsThatNoSessionMayBeCreated() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(end());
                SSLSocket socket = unconnected(proxy)) {
            socket.setEnableSessionCreation(false);
            socket.connect(DESTINATION);
            assertThat(socket.getEnableSessionCreation()).isFalse();
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void keepsItsRole() throws Exception {
        BiFunction<SSLSocket, List<String>, String> selector = (socket, protocols) -> "";
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(end());
                SSLSocket socket = unconnected(proxy)) {
            assertThat(socket.getHandshakeApplicationProtocolSelector()).isNull();
            socket.setUseClientMode(false);
            socket.setNeedClientAuth(true);
            socket.setHandshakeApplicationProtocolSelector(selector);
            socket.connect(DESTINATION);
            assertThat(socket.getUseClientMode()).isFalse();
            assertThat(socket.getNeedClientAuth()).isTrue();
            assertThat(socket.getHandshakeApplicationProtocolSelector()).isSameAs(selector);
        }
    }

    /** Through a tunnel, two sides may find each other that are both behind proxies. */
    @Test
    void asksTheSelectorWithItselfAsTheSocket() throws Exception {
        BlockingQueue<SSLSocket> asked = new LinkedBlockingQueue<>();
        SSLContext context = authority.context(authority.issue("server", NAME));
        SSLContext trusting = authority.context();
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    SSLSocket peer =
                            (SSLSocket) trusting.getSocketFactory().createSocket(client.socket(), NAME, 443, true);
                    SSLParameters parameters = peer.getSSLParameters();
                    parameters.setApplicationProtocols(new String[] {"a", "b"});
                    peer.setSSLParameters(parameters);
                    peer.startHandshake();
                    peer.getOutputStream().write(1);
                    over.await();
                });
                SSLSocket socket = unconnected(proxy.clientBuilder(), context)) {
            socket.setUseClientMode(false);
            socket.setHandshakeApplicationProtocolSelector((asking, protocols) -> {
                asked.add(asking);
                return protocols.get(1);
            });
            socket.connect(DESTINATION);
            assertThat(socket.getInputStream().read()).isEqualTo(1);
            assertThat(socket.getApplicationProtocol()).isEqualTo("b");
            assertThat(asked).containsOnly(socket);
        }
    }

    @Test
    void tellsListenersOfItself() throws Exception {
        BlockingQueue<HandshakeCompletedEvent> events = new LinkedBlockingQueue<>();
        HandshakeCompletedListener removed = event -> events.add(event);
        HandshakeCompletedListener early = events::add;
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(end());
                SSLSocket socket = unconnected(proxy)) {
            socket.addHandshakeCompletedListener(early);
            socket.addHandshakeCompletedListener(early); // Once is enough.
            socket.addHandshakeCompletedListener(removed);
            socket.removeHandshakeCompletedListener(removed);
            assertThatThrownBy(() -> socket.removeHandshakeCompletedListener(removed))
                    .isInstanceOf(IllegalArgumentException.class);
            socket.connect(DESTINATION);
            BlockingQueue<HandshakeCompletedEvent> late = new LinkedBlockingQueue<>();
            socket.addHandshakeCompletedListener(removed);
            socket.removeHandshakeCompletedListener(removed);
            socket.addHandshakeCompletedListener(late::add);
            assertEchoes(socket);
            HandshakeCompletedEvent event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            assertThat(event.getSocket()).isSameAs(socket);
            assertThat(event.getSession().getPeerHost()).isEqualTo(NAME);
            assertThat(late.poll(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(events).isEmpty();
        }
    }

    @Test
    void saysWhereItIsBeforeAndAfter() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(end());
                SSLSocket socket = unconnected(proxy)) {
            assertThat(socket.isConnected()).isFalse();
            assertThat(socket.getRemoteSocketAddress()).isNull();
            assertThat(socket).hasToString("TLS over Socks5Socket[unconnected]");
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SocketException.class);
            assertThat(socket.getSession().isValid()).isFalse();
            socket.connect(DESTINATION);
            assertThat(socket.isConnected()).isTrue();
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(DESTINATION);
            assertThat(socket.toString()).contains(NAME, "through");
            assertThatThrownBy(() -> socket.connect(DESTINATION)).isInstanceOf(SocketException.class);
            assertEchoes(socket);
            assertThat(socket.getSession().isValid()).isTrue();
        }
    }

    @Test
    void theConnectHasItsTimeLimit() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> over.await());
                SSLSocket socket = unconnected(proxy)) {
            assertThatThrownBy(() -> socket.connect(DESTINATION, 100)).isInstanceOf(SocketTimeoutException.class);
            assertThat(socket.isClosed()).isTrue();
        }
        try (ScriptedProxy proxy = new ScriptedProxy(client -> over.await());
                SSLSocket socket = unconnected(
                        proxy.clientBuilder().connectTimeout(Duration.ofMillis(100)), authority.context())) {
            assertThatThrownBy(() -> socket.connect(DESTINATION)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void theHandshakeHasTheTimeLimitOfReads() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> over.await());
                SSLSocket socket = unconnected(proxy)) {
            socket.setSoTimeout(100);
            socket.connect(DESTINATION);
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** Reads that were too late may be tried again. */
    @Test
    void aReadHasItsTimeLimit() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(end());
                SSLSocket socket = unconnected(proxy)) {
            socket.connect(DESTINATION);
            assertEchoes(socket);
            socket.setSoTimeout(100);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(0);
            assertEchoes(socket);
        }
    }

    @Test
    void anInterruptEndsTheConnect() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> over.await());
                SSLSocket socket = unconnected(proxy)) {
            Blocked connecting = Blocked.in(() -> socket.connect(DESTINATION));
            connecting.interrupt();
            assertThat(connecting.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsTheHandshakeAndARead(boolean shaken) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(shaken ? end() : client -> over.await());
                SSLSocket socket = unconnected(proxy)) {
            socket.connect(DESTINATION);
            if (shaken) {
                assertEchoes(socket);
            }
            Blocked reading = Blocked.in(() -> socket.getInputStream().read());
            reading.interrupt();
            assertThat(reading.failure())
                    .isInstanceOf(SSLException.class)
                    .hasRootCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(reading.wasInterrupted()).isTrue();
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingEndsAConnectAndARead(boolean connected) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(connected ? ScriptedProxy.tunnelling(end()) : c -> over.await());
                SSLSocket socket = unconnected(proxy)) {
            if (connected) {
                socket.connect(DESTINATION);
                assertEchoes(socket);
            }
            Blocked blocked =
                    Blocked.in(connected ? () -> socket.getInputStream().read() : () -> socket.connect(DESTINATION));
            socket.close();
            Throwable failure = blocked.failure(); // A read may also see the end that the other side answers with.
            assertThat((failure == null && connected) || failure instanceof SocketException)
                    .isTrue();
            assertThat(socket.isClosed()).isTrue();
            assertThatThrownBy(() -> socket.getOutputStream().write(1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void closedBeforeTheConnectItStaysClosed() throws Exception {
        SSLSocket socket = unconnected(Socks5Client.builder().proxy("127.0.0.1", 1), authority.context());
        socket.close();
        assertThat(socket.isClosed()).isTrue();
        assertThatThrownBy(() -> socket.connect(DESTINATION)).isInstanceOf(SocketException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void halfIsClosedAtATime(String protocol) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(end());
                SSLSocket socket = unconnected(proxy)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.connect(DESTINATION);
            byte[] message = new byte[100_000];
            socket.getOutputStream().write(message);
            socket.shutdownOutput();
            assertThat(socket.isOutputShutdown()).isTrue();
            assertThat(socket.isInputShutdown()).isFalse();
            assertThat(socket.getInputStream().readNBytes(message.length)).isEqualTo(message);
            assertThat(socket.getInputStream().read()).isNegative();
            assertThatThrownBy(() -> socket.getOutputStream().write(1)).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sessionsAreResumed(String protocol) throws Exception {
        SSLContext client = authority.context();
        SSLContext server = authority.context(authority.issue("server", NAME));
        for (int i = 0; i < 3; i++) {
            try (ScriptedProxy proxy = ScriptedProxy.tunnel(new TlsEnd(server));
                    SSLSocket socket = unconnected(proxy.clientBuilder(), client)) {
                socket.setEnabledProtocols(new String[] {protocol});
                socket.connect(DESTINATION);
                assertEchoes(socket);
                assertThat(socket.getSession().getValue("number")).isEqualTo(i == 0 ? null : i - 1);
                socket.getSession().putValue("number", i);
            }
        }
    }
}
