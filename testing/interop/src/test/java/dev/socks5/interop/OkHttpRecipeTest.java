package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.PasswordAuthenticator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OkHttp as docs/recipes.md shows it. */
@Timeout(60)
class OkHttpRecipeTest {

    private static final String OTHER_NAME = "other.test";

    private static OkHttpClient recipe(Socks5ClientBuilder builder) {
        // recipe: OkHttp
        Socks5Client client = builder.addressesStandForNames().build();
        OkHttpClient http = new OkHttpClient.Builder()
                .socketFactory(client.socketFactory())
                .proxy(Proxy.NO_PROXY)
                .dns(name -> {
                    ByteBuffer nowhere = ByteBuffer.allocate(16).put((byte) 1).putInt(12, name.hashCode());
                    return List.of(InetAddress.getByAddress(name, nowhere.array()));
                })
                .build();
        // end of recipe
        return http;
    }

    private static Socks5ClientBuilder builder(OurServer server, String password) {
        return Socks5Client.builder().proxy(server.address()).credentials(OurServer.USER, password);
    }

    private static OkHttpClient http(OurServer server, String password, WebOrigin origin) {
        return recipe(builder(server, password))
                .newBuilder()
                .sslSocketFactory(origin.trustingSockets(), origin.trustManager())
                .build();
    }

    private static Response fetch(OkHttpClient http, String url) throws IOException {
        try (Response response =
                http.newCall(new Request.Builder().url(url).build()).execute()) {
            assertThat(response.body().string()).isEqualTo("this is /page");
            return response;
        }
    }

    private static void stop(OkHttpClient http) {
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
    }

    @Test
    void leavesTheNameToTheProxy() throws Exception {
        try (OurServer server = OurServer.withLogin();
                WebOrigin origin = WebOrigin.named(OurServer.NAME)) {
            OkHttpClient http = http(server, OurServer.PASSWORD, origin);
            assertThat(fetch(http, origin.url(OurServer.NAME)).protocol()).isEqualTo(Protocol.HTTP_2);
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, origin.port()));
            stop(http);
        }
    }

    @Test
    void sendsAnAddressAsItIs() throws Exception {
        try (OurServer server = OurServer.withLogin();
                WebOrigin origin = WebOrigin.named("127.0.0.1")) {
            OkHttpClient http = http(server, OurServer.PASSWORD, origin);
            fetch(http, origin.url("127.0.0.1"));
            assertThat(server.destinations()).containsExactly(Endpoint.of("127.0.0.1", origin.port()));
            stop(http);
        }
    }

    @Test
    void eachInstanceHasItsOwnLogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                WebOrigin origin = WebOrigin.named(OurServer.NAME)) {
            OkHttpClient wrong = http(server, "wrong", origin);
            OkHttpClient right = http(server, OurServer.PASSWORD, origin);
            String url = origin.url(OurServer.NAME);
            assertThatThrownBy(() -> fetch(wrong, url)).isInstanceOf(AuthenticationFailedException.class);
            fetch(right, url);
            assertThatThrownBy(() -> fetch(wrong, url)).isInstanceOf(AuthenticationFailedException.class);
            stop(wrong);
            stop(right);
        }
    }

    /** OkHttp does not ask by which factory a connection was made when it takes one from the pool. */
    @Test
    void aDerivedClientWithItsOwnPoolHasItsOwnLogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                WebOrigin origin = WebOrigin.named(OurServer.NAME)) {
            OkHttpClient right = http(server, OurServer.PASSWORD, origin);
            String url = origin.url(OurServer.NAME);
            fetch(right, url);
            OkHttpClient wrong = right.newBuilder()
                    .socketFactory(builder(server, "wrong")
                            .addressesStandForNames()
                            .build()
                            .socketFactory())
                    .connectionPool(new ConnectionPool())
                    .build();
            assertThatThrownBy(() -> fetch(wrong, url)).isInstanceOf(AuthenticationFailedException.class);
            stop(right);
        }
    }

    /**
     * OkHttp lets names that seem to have the same address share a connection, and only the proxy knows if they have.
     */
    @Test
    void namesThatShareACertificateShareNoConnection() throws Exception {
        try (OurServer server = OurServer.with(settings -> settings.authenticator(
                                PasswordAuthenticator.of(Map.of(OurServer.USER, OurServer.PASSWORD)))
                        .resolver(name -> List.of(Loopback.V4)));
                WebOrigin origin = WebOrigin.named(OurServer.NAME, OTHER_NAME)) {
            OkHttpClient http = http(server, OurServer.PASSWORD, origin);
            fetch(http, origin.url(OurServer.NAME));
            fetch(http, origin.url(OTHER_NAME));
            assertThat(server.destinations())
                    .containsExactly(
                            Endpoint.of(OurServer.NAME, origin.port()), Endpoint.of(OTHER_NAME, origin.port()));
            stop(http);
        }
    }

    @Test
    void doesNotAskTheProxySelectorOfTheJvm() throws Exception {
        ProxySelector before = ProxySelector.getDefault();
        try (OurServer server = OurServer.withLogin();
                OurServer another = OurServer.open();
                WebOrigin origin = WebOrigin.named(OurServer.NAME)) {
            ProxySelector.setDefault(always(new Proxy(Proxy.Type.SOCKS, another.address())));
            OkHttpClient http = http(server, OurServer.PASSWORD, origin);
            fetch(http, origin.url(OurServer.NAME));
            assertThat(server.destinations()).hasSize(1);
            stop(http);
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    private static ProxySelector always(Proxy proxy) {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(proxy);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        };
    }

    /** Should a connection ever be made without the client, it must not reach anybody. */
    @Test
    void thePlaceholderLeadsNowhere() throws Exception {
        try (OurServer server = OurServer.open()) {
            InetAddress address = recipe(Socks5Client.builder().proxy(server.address()))
                    .dns()
                    .lookup(OurServer.NAME)
                    .get(0);
            InetSocketAddress placeholder = new InetSocketAddress(address, 443);
            assertThat(placeholder.getHostString()).isEqualTo(OurServer.NAME);
            assertThat(address.getHostAddress()).startsWith("100:0:0:0:0:0:"); // The discard prefix, RFC 6666.
        }
    }

    /** Without the option that the recipe sets, it is a placeholder that the proxy is asked for. */
    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        try (WebOrigin origin = WebOrigin.named(OurServer.NAME, "localhost")) {
            LibraryTable.check("OkHttp", OkHttpClient.class, way -> {
                OkHttpClient http = recipe(way.builder())
                        .newBuilder()
                        .socketFactory(way.client().socketFactory())
                        .sslSocketFactory(origin.trustingSockets(), origin.trustManager())
                        .build();
                fetch(http, origin.url(way.host()));
                stop(http);
            });
        }
    }
}
