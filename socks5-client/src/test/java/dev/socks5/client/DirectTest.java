package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.mockStatic;
import static org.mockito.Mockito.never;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.MockedStatic;

/** Destinations that need no proxy, and names that are looked up here: only because the user has said so. */
@Timeout(60)
class DirectTest {

    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private static Socks5ClientBuilder behind(ServerSocket proxy) {
        return Socks5Client.builder().proxy((InetSocketAddress) proxy.getLocalSocketAddress());
    }

    @Test
    void everyWayOfConnectingGoesDirect() throws Exception {
        try (ServerSocket proxy = listener();
                ServerSocket origin = listener()) {
            int port = origin.getLocalPort();
            Socks5Client client = behind(proxy)
                    .direct(EndpointPattern.anyOf("127.0.0.1:" + port, "localhost"))
                    .build();
            SocketFactory factory = client.socketFactory();
            try (Socket byAddress = client.connect("127.0.0.1", port);
                    Socket byName = client.connect("localhost", port);
                    SocketChannel channel = client.openChannel(Endpoint.of("127.0.0.1", port));
                    Socket made = factory.createSocket("localhost", port);
                    Socket unconnected = factory.createSocket()) {
                unconnected.connect(origin.getLocalSocketAddress(), 10_000);
                for (int i = 0; i < 5; i++) {
                    try (Socket accepted = origin.accept()) {
                        accepted.getOutputStream().write(i);
                    }
                }
                assertThat(byAddress.getInputStream().read()).isZero();
                assertThat(byName.getInetAddress()).hasToString("localhost/127.0.0.1");
                assertThat(byName.getRemoteSocketAddress()).isEqualTo(origin.getLocalSocketAddress());
                assertThat(channel.getRemoteAddress()).isEqualTo(origin.getLocalSocketAddress());
                assertThat(made.isConnected()).isTrue();
            }
            assertUntouched(proxy);
        }
    }

    /** A channel reports what was dialled: there is no other address that it could have. */
    @Test
    void aChannelReportsWhatWasDialled() throws Exception {
        try (ServerSocket origin = listener();
                ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = proxy.clientBuilder()
                    .direct(EndpointPattern.anyOf("localhost"))
                    .build();
            try (SocketChannel direct = client.connectAsync("localhost", origin.getLocalPort())
                            .get(10, TimeUnit.SECONDS);
                    SocketChannel proxied =
                            client.connectAsync("example.com", 80).get(10, TimeUnit.SECONDS)) {
                assertThat(direct.getRemoteAddress()).hasToString("localhost/127.0.0.1:" + origin.getLocalPort());
                assertThat(direct.socket().getInetAddress()).hasToString("localhost/127.0.0.1");
                assertThat(proxied.getRemoteAddress()).isEqualTo(proxy.address());
            }
        }
    }

    /** The JDK's own socket does that, too. */
    @Test
    void theUnspecifiedAddressIsReportedAsTheOneThatWasReached() throws Exception {
        try (ServerSocket origin = new ServerSocket(0);
                Socket plain = new Socket("0.0.0.0", origin.getLocalPort());
                Socket ours = Socks5Client.builder()
                        .proxy("127.0.0.1", 1)
                        .direct(all -> true)
                        .build()
                        .connect("0.0.0.0", origin.getLocalPort())) {
            assertThat(ours.getInetAddress()).isEqualTo(plain.getInetAddress());
            assertThat(ours.getInetAddress().isAnyLocalAddress()).isFalse();
        }
    }

    @Test
    void everythingElseGoesToTheProxy() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                ServerSocket origin = listener()) {
            Socks5Client client = proxy.clientBuilder()
                    .direct(EndpointPattern.anyOf("127.0.0.1:1"))
                    .build();
            client.connect("127.0.0.1", origin.getLocalPort()).close();
            assertThat(proxy.received()).startsWith("05 01 00 05 01 00 01 7f 00 00 01");
            assertUntouched(origin);
        }
    }

    @Test
    void aDirectFailureIsOneOfTheDestination() throws Exception {
        try (ServerSocket proxy = listener();
                Socket taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            Socks5Client client = behind(proxy).direct(destination -> true).build();
            Socket socket = client.socketFactory().createSocket();
            assertThatThrownBy(() -> socket.connect(taken.getLocalSocketAddress()))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageNotContaining("proxy");
            assertThat(socket.isClosed()).isTrue();
            // Two dots in a row: no resolver asks anybody for that.
            assertThatThrownBy(() -> client.connect("origin..invalid", 80)).isInstanceOf(UnknownHostException.class);
            assertUntouched(proxy);
        }
    }

    @Test
    void aPredicateThatFailsClosesTheSocket() throws Exception {
        Socks5Client client = Socks5Client.builder()
                .proxy("127.0.0.1", 1)
                .direct(destination -> {
                    throw new IllegalStateException("no idea");
                })
                .build();
        Socket socket = client.socketFactory().createSocket();
        assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("example.com", 80)))
                .hasMessage("no idea");
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void cannotBeCombinedWithAFactory() {
        Socks5ClientBuilder builder = Socks5Client.builder()
                .proxy("127.0.0.1", 1)
                .proxySocketFactory(SocketFactory.getDefault())
                .direct(destination -> true);
        assertThatIllegalStateException().isThrownBy(builder::build);
    }

    @Test
    void namesAreLookedUpHereIfToldTo() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            try (Socket socket = proxy.clientBuilder().lookUpNamesHere().build().connect("localhost", 80)) {
                assertThat(socket.getInetAddress()).isEqualTo(InetAddress.getByName("localhost"));
                assertThat(socket.getRemoteSocketAddress())
                        .hasToString("localhost/" + socket.getInetAddress().getHostAddress() + ":80");
            }
            assertThat(proxy.received()).matches("05 01 00 05 01 00 (01 7f 00 00 01|04( 00){15} 01) 00 50");
        }
    }

    @Test
    void aNameThatIsNotFoundHereIsNotLeftToTheProxy() throws Exception {
        try (ServerSocket proxy = listener()) {
            Socks5Client client = behind(proxy).lookUpNamesHere().build();
            Socket socket = client.socketFactory().createSocket();
            assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("origin..invalid", 80)))
                    .isInstanceOf(UnknownHostException.class);
            assertThat(socket.isClosed()).isTrue();
            assertUntouched(proxy);
        }
    }

    @Test
    void addressesAreNotLookedUp() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                MockedStatic<InetAddress> resolver = mockStatic(InetAddress.class, CALLS_REAL_METHODS)) {
            proxy.clientBuilder()
                    .lookUpNamesHere()
                    .build()
                    .connect("192.0.2.1", 80)
                    .close();
            resolver.verify(() -> InetAddress.getByName(any()), never());
            resolver.verify(() -> InetAddress.getAllByName(any()), never());
        }
    }

    private static void assertUntouched(ServerSocket listener) throws IOException {
        listener.setSoTimeout(200);
        assertThatThrownBy(listener::accept).isInstanceOf(java.net.SocketTimeoutException.class);
    }
}
