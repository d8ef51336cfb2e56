package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ProxySelector;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.User;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The JDK's own SOCKS5 through our server, set up by our client. It goes by settings of the whole JVM, so this class
 * puts them back, as {@link HttpsUrlConnectionRecipeTest} does.
 */
class JdkRouteTest {

    private static final int LIMIT_MILLIS = 20_000;

    private final ProxySelector selectorBefore = ProxySelector.getDefault();
    private final Authenticator authenticatorBefore = Authenticator.getDefault();

    @AfterEach
    void restore() {
        ProxySelector.setDefault(selectorBefore);
        Authenticator.setDefault(authenticatorBefore);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void connectsToAResolvedAddress(String host) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.open();
                Origin origin = Origin.echo()) {
            Endpoint destination = Endpoint.of(host, origin.port());
            try (Socket socket = connected(server, destination.toInetSocketAddress())) {
                Echo.check(socket);
            }
            assertThat(server.destinations()).containsExactly(destination);
        }
    }

    @Test
    void leavesAnUnresolvedNameToTheServer() throws Exception {
        try (OurServer server = OurServer.open();
                Origin origin = Origin.echo()) {
            InetSocketAddress destination = InetSocketAddress.createUnresolved(OurServer.NAME, origin.port());
            try (Socket socket = connected(server, destination)) {
                Echo.check(socket);
            }
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, origin.port()));
        }
    }

    @Test
    void logsIn() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            Authenticator.setDefault(client(server, OurServer.PASSWORD).authenticator(null));
            try (Socket socket = connected(server, origin)) {
                Echo.check(socket);
            }
        }
    }

    @Test
    void logsInWithOctetsThatAreNotAscii() throws Exception {
        PasswordRequest login = PasswordRequest.of("zo\u00eb", "\u043f\u0430\u0440\u043e\u043b\u044c");
        try (OurServer server = OurServer.with(settings -> settings.authenticator(
                        (given, from) -> Optional.of(new User(OurServer.USER)).filter(user -> given.equals(login))));
                Origin origin = Origin.echo()) {
            Socks5Client client = Socks5Client.builder()
                    .proxy(server.address())
                    .credentials(login)
                    .build();
            Authenticator.setDefault(client.authenticator(null));
            try (Socket socket = connected(server, origin)) {
                Echo.check(socket);
            }
        }
    }

    @Test
    void failsWithAWrongLogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            Authenticator.setDefault(client(server, "wrong").authenticator(null));

            assertThatThrownBy(() -> connected(server, origin)).isInstanceOf(SocketException.class);
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void failsWithAnotherProxysLogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                OurServer other = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            Authenticator.setDefault(client(other, OurServer.PASSWORD).authenticator(null));

            assertThatThrownBy(() -> connected(server, origin)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void failsIfThePortRefuses() throws Exception {
        try (OurServer server = OurServer.open();
                Socket refusing = Loopback.refusing()) {
            InetSocketAddress destination = (InetSocketAddress) refusing.getLocalSocketAddress();

            assertThatThrownBy(() -> connected(server, destination)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void fetchesByUrl() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.web()) {
            Socks5Client client = client(server, OurServer.PASSWORD);
            ProxySelector.setDefault(client.proxySelector());
            Authenticator.setDefault(client.authenticator(null));

            assertThat(fetch(origin.url("127.0.0.1"))).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(server.destinations()).containsExactly(Endpoint.of("127.0.0.1", origin.port()));
        }
    }

    @Test
    void fetchesFromANameByUrl() throws Exception {
        try (OurServer server = OurServer.open();
                Origin origin = Origin.web()) {
            ProxySelector.setDefault(client(server, OurServer.PASSWORD).proxySelector());

            assertThat(fetch(origin.url("localhost"))).isEqualTo(Origin.digest(Origin.BODY));
            // HttpURLConnection looks names up itself: this route does not hide them from the local resolver.
            assertThat(server.destinations())
                    .singleElement()
                    .extracting(Endpoint::address)
                    .isNotInstanceOf(DomainName.class);
        }
    }

    @Test
    void goesDirectWhereToldTo() throws Exception {
        try (OurServer server = OurServer.open();
                Origin near = Origin.web();
                Origin far = Origin.web()) {
            Socks5Client client = client(server, OurServer.PASSWORD);
            ProxySelector.setDefault(
                    client.proxySelector(EndpointPattern.anyOf("*.example.com", "127.0.0.1:" + near.port())));

            assertThat(fetch(near.url("127.0.0.1"))).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(fetch(far.url("127.0.0.1"))).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(server.destinations()).containsExactly(Endpoint.of("127.0.0.1", far.port()));
        }
    }

    @Test
    void neverGoesDirectBecauseTheProxyIsGone() throws Exception {
        try (Socket nobody = Loopback.refusing();
                Origin origin = Origin.web()) {
            Socks5Client client = Socks5Client.builder()
                    .proxy((InetSocketAddress) nobody.getLocalSocketAddress())
                    .build();
            ProxySelector.setDefault(client.proxySelector());

            assertThatThrownBy(() -> fetch(origin.url("127.0.0.1"))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void theNextSocketTurnsToTheNextProxy() throws Exception {
        try (Socket nobody = Loopback.refusing();
                OurServer server = OurServer.open();
                Origin origin = Origin.echo()) {
            Socks5Client gone = refusing(nobody);
            Socks5Client working = client(server, OurServer.PASSWORD);
            ProxySelector selector =
                    Socks5ProxySelector.builder().otherwise(gone, working).build();
            ProxySelector.setDefault(selector);
            InetSocketAddress destination = InetSocketAddress.createUnresolved(OurServer.NAME, origin.port());
            // The JDK closes the first socket when the first proxy fails, and cannot take it to the next one.
            assertThatThrownBy(() -> bySelector(destination)).isInstanceOf(SocketException.class);
            try (Socket socket = bySelector(destination)) {
                Echo.check(socket);
            }
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, origin.port()));
            assertThat(selector.select(URI.create("socket://example.com:1")))
                    .extracting(Proxy::address)
                    .containsExactly(server.address(), nobody.getLocalSocketAddress());
        }
    }

    @Test
    void fetchesTurnToTheNextProxy() throws Exception {
        try (Socket nobody = Loopback.refusing();
                OurServer server = OurServer.open();
                Origin origin = Origin.web()) {
            ProxySelector.setDefault(Socks5ProxySelector.builder()
                    .otherwise(refusing(nobody), client(server, OurServer.PASSWORD))
                    .build());

            assertThat(fetch(origin.url("127.0.0.1"))).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(server.destinations()).containsExactly(Endpoint.of("127.0.0.1", origin.port()));
        }
    }

    @Test
    void nothingGoesDirectThoughAllProxiesFail() throws Exception {
        try (Socket first = Loopback.refusing();
                Socket second = Loopback.refusing();
                Socket socket = new Socket();
                Origin origin = Origin.web()) {
            ProxySelector.setDefault(Socks5ProxySelector.builder()
                    .otherwise(refusing(first), refusing(second))
                    .build());

            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> fetch(origin.url("127.0.0.1"))).isInstanceOf(IOException.class);
            }
            InetSocketAddress destination = new InetSocketAddress(Loopback.V4, origin.port());
            assertThatThrownBy(() -> socket.connect(destination, LIMIT_MILLIS)).isInstanceOf(IOException.class);
        }
    }

    private static Socket bySelector(InetSocketAddress destination) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.connect(destination, LIMIT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static Socks5Client refusing(Socket nobody) {
        return Socks5Client.builder()
                .proxy((InetSocketAddress) nobody.getLocalSocketAddress())
                .build();
    }

    private static Socks5Client client(OurServer server, String password) {
        return Socks5Client.builder()
                .proxy(server.address())
                .credentials(OurServer.USER, password)
                .build();
    }

    private static Socket connected(OurServer server, Origin origin) throws IOException {
        return connected(server, new InetSocketAddress(Loopback.V4, origin.port()));
    }

    private static Socket connected(OurServer server, InetSocketAddress destination) throws IOException {
        Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, server.address()));
        try {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.connect(destination, LIMIT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static String fetch(String url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(LIMIT_MILLIS);
        connection.setReadTimeout(LIMIT_MILLIS);
        try (InputStream body = connection.getInputStream()) {
            return Origin.digest(body.readAllBytes());
        }
    }
}
