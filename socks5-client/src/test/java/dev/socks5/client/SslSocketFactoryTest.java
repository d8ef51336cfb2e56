package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.testing.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sockets of TLS from a factory: where they connect to, and whom they trust. */
@Timeout(60)
class SslSocketFactoryTest {

    private static final String NAME = "server.example";
    private static final int PORT = 443;
    private static final String NAME_REQUEST = "05 01 00 03 0e 73 65 72 76 65 72 2e 65 78 61 6d 70 6c 65 01 bb";
    private static final String ADDRESS_REQUEST = "05 01 00 01 7f 00 00 01 01 bb";

    private final Authority authority = new Authority();

    /** The ways to a socket that leads to a name. */
    enum Way {
        CREATED {
            @Override
            Socket open(SSLSocketFactory factory, String host) throws IOException {
                return factory.createSocket(host, PORT);
            }
        },
        CREATED_AND_BOUND {
            @Override
            Socket open(SSLSocketFactory factory, String host) throws IOException {
                return factory.createSocket(host, PORT, loopback(null), 0);
            }
        },
        CONNECTED {
            @Override
            Socket open(SSLSocketFactory factory, String host) throws IOException {
                Socket socket = factory.createSocket();
                socket.connect(InetSocketAddress.createUnresolved(host, PORT));
                return socket;
            }
        };

        abstract Socket open(SSLSocketFactory factory, String host) throws IOException;
    }

    private static InetAddress loopback(@Nullable String name) throws IOException {
        return InetAddress.getByAddress(name, new byte[] {127, 0, 0, 1});
    }

    private SSLContext serverContext(String... names) throws Exception {
        return authority.context(authority.issue("server", names));
    }

    /** A proxy whose tunnel ends at an echo behind TLS. */
    private static ScriptedProxy proxy(SSLContext context) throws IOException {
        return ScriptedProxy.tunnel(TlsEnd.echo(context));
    }

    private SSLSocketFactory factory(ScriptedProxy proxy) throws Exception {
        return proxy.client().sslSocketFactory(authority.context().getSocketFactory());
    }

    private static void assertEchoes(Socket socket) throws IOException {
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
    }

    private static void assertRefused(Socket socket) throws IOException {
        try (socket) {
            assertThatThrownBy(() -> socket.getOutputStream().write(42))
                    .isInstanceOf(SSLException.class)
                    .hasRootCauseInstanceOf(CertificateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectsThroughTheProxyAndTellsTheName(Way way) throws Exception {
        try (TlsEnd end = new TlsEnd(serverContext(NAME));
                ScriptedProxy proxy = ScriptedProxy.tunnel(end);
                Socket socket = way.open(factory(proxy), NAME)) {
            assertEchoes(socket);
            assertThat(((SSLSocket) socket).getSession().getPeerHost()).isEqualTo(NAME);
            assertThat(end.requestedNames()).containsExactly(NAME);
            socket.close();
            assertThat(proxy.received()).startsWith("05 01 00 " + NAME_REQUEST);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherHostsCertificateIsRefused(Way way) throws Exception {
        try (ScriptedProxy proxy = proxy(serverContext("other.example"))) {
            assertRefused(way.open(factory(proxy), NAME));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExpiredCertificateIsRefused(Way way) throws Exception {
        HeldCertificate expired = authority.issueExpired("server", NAME);
        try (ScriptedProxy proxy = proxy(authority.context(expired))) {
            assertRefused(way.open(factory(proxy), NAME));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherAuthoritysCertificateIsRefused(Way way) throws Exception {
        Authority other = new Authority();
        try (ScriptedProxy proxy = proxy(other.context(other.issue("server", NAME)))) {
            Socket socket = way.open(factory(proxy), NAME);
            assertThatThrownBy(() -> socket.getOutputStream().write(42)).isInstanceOf(SSLException.class);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    /** The JVM's own authorities are not the test's. */
    @Test
    void withoutAContextTheDefaultOneDecides() throws Exception {
        try (ScriptedProxy proxy = proxy(serverContext(NAME))) {
            SSLSocketFactory factory = proxy.client().sslSocketFactory();
            Socket socket = factory.createSocket(NAME, PORT);
            assertThatThrownBy(() -> socket.getOutputStream().write(42)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void anAddressIsCheckedAsSuch() throws Exception {
        try (ScriptedProxy proxy = proxy(serverContext("127.0.0.1"))) {
            try (Socket socket = factory(proxy).createSocket(loopback(null), PORT)) {
                assertEchoes(socket);
            }
            assertThat(proxy.received()).startsWith("05 01 00 " + ADDRESS_REQUEST);
        }
        try (ScriptedProxy proxy = proxy(serverContext("127.0.0.1"))) {
            try (Socket socket = factory(proxy).createSocket(loopback(null), PORT, loopback(null), 0)) {
                assertEchoes(socket);
            }
            assertThat(proxy.received()).startsWith("05 01 00 " + ADDRESS_REQUEST);
        }
        try (ScriptedProxy proxy = proxy(serverContext(NAME))) {
            assertRefused(factory(proxy).createSocket(loopback(null), PORT));
        }
    }

    /** As with the JDK's own sockets: libraries look up, and their users mean the name. */
    @Test
    void theNameByWhichAnAddressWasLookedUpIsChecked() throws Exception {
        for (boolean connects : new boolean[] {false, true}) {
            try (ScriptedProxy proxy = proxy(serverContext(NAME))) {
                try (Socket socket = toAddress(factory(proxy), loopback(NAME), connects)) {
                    assertEchoes(socket);
                }
                assertThat(proxy.received()).startsWith("05 01 00 " + ADDRESS_REQUEST);
            }
            try (ScriptedProxy proxy = proxy(serverContext("127.0.0.1"))) {
                assertRefused(toAddress(factory(proxy), loopback(NAME), connects));
            }
        }
    }

    /** The owner of an address chooses that name, and can have a certificate for it. */
    @Test
    void aNameThatAnAddressHasLearntIsNotChecked() throws Exception {
        InetAddress address = loopback(null);
        String learnt = address.getHostName();
        assumeFalse(learnt.equals("127.0.0.1"), "this machine has no name for loopback");
        for (boolean connects : new boolean[] {false, true}) {
            try (ScriptedProxy proxy = proxy(serverContext(learnt))) {
                assertRefused(toAddress(factory(proxy), address, connects));
            }
            try (ScriptedProxy proxy = proxy(serverContext("127.0.0.1"));
                    Socket socket = toAddress(factory(proxy), address, connects)) {
                assertEchoes(socket);
            }
        }
    }

    private static Socket toAddress(SSLSocketFactory factory, InetAddress address, boolean connects)
            throws IOException {
        if (!connects) {
            return factory.createSocket(address, PORT);
        }
        Socket socket = factory.createSocket();
        socket.connect(new InetSocketAddress(address, PORT));
        return socket;
    }

    @Test
    void whereAddressesStandForNamesTheProxyGetsTheName() throws Exception {
        try (ScriptedProxy proxy = proxy(serverContext(NAME))) {
            SSLSocketFactory factory = proxy.clientBuilder()
                    .addressesStandForNames()
                    .build()
                    .sslSocketFactory(authority.context().getSocketFactory());
            try (Socket socket = toAddress(factory, loopback(NAME), true)) {
                assertEchoes(socket);
                assertThat(socket.getInetAddress().getHostAddress()).isEqualTo("127.0.0.1");
            }
            assertThat(proxy.received()).startsWith("05 01 00 " + NAME_REQUEST);
        }
    }

    private static SSLSocket named(@Nullable String algorithm, SSLSocket socket) {
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm(algorithm);
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** Parameters that say nothing of the check leave it on. */
    @ParameterizedTest
    @EnumSource
    void theCheckIsSwitchedOffByAnEmptyTextAlone(Way way) throws Exception {
        try (ScriptedProxy proxy = proxy(serverContext("other.example"))) {
            SSLSocket socket = (SSLSocket) way.open(factory(proxy), NAME);
            assertThat(socket.getSSLParameters().getEndpointIdentificationAlgorithm())
                    .isEqualTo("HTTPS");
            assertRefused(named(null, socket));
        }
        try (ScriptedProxy proxy = proxy(serverContext("other.example"));
                SSLSocket socket = (SSLSocket) way.open(factory(proxy), NAME)) {
            assertEchoes(named("", socket));
        }
    }

    @Test
    void theCheckMayBeChosenBeforeTheConnect() throws Exception {
        for (String algorithm : new @Nullable String[] {null, "LDAPS", ""}) {
            try (ScriptedProxy proxy = proxy(serverContext("other.example"))) {
                SSLSocket unconnected = (SSLSocket) factory(proxy).createSocket();
                assertThat(unconnected.getSSLParameters().getEndpointIdentificationAlgorithm())
                        .isEqualTo("HTTPS");
                SSLSocket socket = named(algorithm, unconnected);
                socket.connect(InetSocketAddress.createUnresolved(NAME, PORT));
                assertThat(socket.getSSLParameters().getEndpointIdentificationAlgorithm())
                        .isEqualTo(algorithm == null ? "HTTPS" : algorithm);
                Throwable failure = catchThrowable(() -> assertEchoes(socket));
                assertThat(failure == null).as(algorithm).isEqualTo("".equals(algorithm));
                socket.close();
            }
        }
    }

    @Test
    void layersOverATunnelThatIsGiven() throws Exception {
        for (String host : List.of(NAME, "other.example")) {
            try (ScriptedProxy proxy = proxy(serverContext(NAME))) {
                Socket tunnel = proxy.client().connect(NAME, PORT);
                Socket socket = factory(proxy).createSocket(tunnel, host, PORT, true);
                if (host.equals(NAME)) {
                    assertEchoes(socket);
                    socket.close();
                } else {
                    assertRefused(socket);
                }
                assertThat(tunnel.isClosed()).isTrue();
            }
        }
    }

    @Test
    void layersOverTlsThatIsGiven() throws Exception {
        SSLContext outer = serverContext(NAME);
        SSLContext inner = serverContext("inner.example");
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
            try (SSLSocket tls = new TlsEnd(outer).shakeHandsWith(client.socket())) {
                TlsEnd.echo(inner).play(client.over(tls));
            }
        })) {
            SSLSocketFactory factory = factory(proxy);
            try (Socket tls = Way.CONNECTED.open(factory, NAME);
                    Socket socket = factory.createSocket(tls, "inner.example", PORT, true)) {
                assertEchoes(socket);
            }
        }
    }

    /** A library that has connected by itself would go direct, and nobody would notice. */
    @Test
    void layersOverNothingElse() throws Exception {
        SSLSocketFactory factory = Socks5Client.builder()
                .proxy("127.0.0.1", 1)
                .build()
                .sslSocketFactory(authority.context().getSocketFactory());
        try (ServerSocket listener = new ServerSocket(0, 1, loopback(null));
                Socket direct = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            assertThatThrownBy(() -> factory.createSocket(direct, NAME, PORT, true))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("java.net.Socket");
        }
    }

    @Test
    void aTunnelThatTlsCannotLieOverIsClosed() throws Exception {
        SSLSocketFactory tls = mock(SSLSocketFactory.class);
        when(tls.createSocket(any(), any(), anyInt(), anyBoolean())).thenThrow(new SSLException("no"));
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            SSLSocketFactory factory = proxy.client().sslSocketFactory(tls);
            assertThatThrownBy(() -> factory.createSocket(NAME, PORT)).isInstanceOf(SSLException.class);
            assertThat(proxy.received()).endsWith(NAME_REQUEST); // It has seen the end.
        }
    }

    @Test
    void knowsTheCipherSuitesOfTheOther() {
        SSLSocketFactory tls = mock(SSLSocketFactory.class);
        when(tls.getDefaultCipherSuites()).thenReturn(new String[] {"a"});
        when(tls.getSupportedCipherSuites()).thenReturn(new String[] {"a", "b"});
        SSLSocketFactory factory =
                Socks5Client.builder().proxy("127.0.0.1", 1).build().sslSocketFactory(tls);
        assertThat(factory.getDefaultCipherSuites()).containsExactly("a");
        assertThat(factory.getSupportedCipherSuites()).containsExactly("a", "b");
    }
}
