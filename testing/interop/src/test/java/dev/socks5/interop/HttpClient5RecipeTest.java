package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apache HttpClient 5 as docs/recipes.md shows it. */
@Timeout(60)
class HttpClient5RecipeTest {

    private static CloseableHttpClient recipe(Socks5Client client, TlsSocketStrategy tls) {
        // recipe: Apache HttpClient 5
        DnsResolver none = new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) {
                return null; // not looked up here
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        HttpClientConnectionOperator operator = new DefaultHttpClientConnectionOperator(
                socksProxy -> client.socketFactory().createSocket(),
                null,
                none,
                scheme -> scheme.equals("https") ? tls : null);
        CloseableHttpClient http = HttpClients.custom()
                .setConnectionManager(new PoolingHttpClientConnectionManager(operator, null, null, null, null))
                .build();
        // end of recipe
        return http;
    }

    private static Socks5Client client(OurServer server, String password) {
        return Socks5Client.builder()
                .proxy(server.address())
                .credentials(OurServer.USER, password)
                .build();
    }

    private static CloseableHttpClient http(OurServer server, String password, WebOrigin origin) {
        return recipe(client(server, password), new DefaultClientTlsStrategy(origin.trust()));
    }

    private static void fetch(CloseableHttpClient http, String url) throws IOException {
        String body = http.execute(new HttpGet(url), response -> EntityUtils.toString(response.getEntity()));
        assertThat(body).isEqualTo("this is /page");
    }

    @Test
    void leavesTheNameToTheProxy() throws Exception {
        try (OurServer server = OurServer.withLogin();
                WebOrigin origin = WebOrigin.named(OurServer.NAME);
                CloseableHttpClient http = http(server, OurServer.PASSWORD, origin)) {
            fetch(http, origin.url(OurServer.NAME));
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, origin.port()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void sendsAnAddressAsItIs(String host) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.web();
                CloseableHttpClient http =
                        recipe(client(server, OurServer.PASSWORD), DefaultClientTlsStrategy.createDefault())) {
            byte[] body = http.execute(
                    new HttpGet(origin.url(host)), response -> EntityUtils.toByteArray(response.getEntity()));
            assertThat(Origin.digest(body)).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(server.destinations()).containsExactly(Endpoint.of(host, origin.port()));
        }
    }

    @Test
    void eachInstanceHasItsOwnLogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                WebOrigin origin = WebOrigin.named(OurServer.NAME);
                CloseableHttpClient wrong = http(server, "wrong", origin);
                CloseableHttpClient right = http(server, OurServer.PASSWORD, origin)) {
            String url = origin.url(OurServer.NAME);
            assertThatThrownBy(() -> fetch(wrong, url)).isInstanceOf(AuthenticationFailedException.class);
            fetch(right, url);
            assertThatThrownBy(() -> fetch(wrong, url)).isInstanceOf(AuthenticationFailedException.class);
        }
    }

    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        try (WebOrigin origin = WebOrigin.named(OurServer.NAME, "localhost")) {
            LibraryTable.check("Apache HttpClient 5", HttpClients.class, way -> {
                try (CloseableHttpClient http = recipe(way.client(), new DefaultClientTlsStrategy(origin.trust()))) {
                    fetch(http, origin.url(way.host()));
                }
            });
        }
    }
}
