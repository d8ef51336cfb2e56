package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySelectorTest {

    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("proxy.example", 1080);
    private static final Proxy PROXY = new Proxy(Proxy.Type.SOCKS, ADDRESS);
    private static final URI ANYWHERE = URI.create("socket://example.com:443");

    private final Socks5Client client =
            Socks5Client.builder().proxy("proxy.example", 1080).build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socket://example.com:443",
                "http://example.com",
                "https://user@example.com/path",
                "ftp://192.0.2.1",
                "socket://[::1]:80",
                "http://localhost",
                "unknown://example.com"
            })
    void sendsEverythingToTheProxyAlone(URI uri) {
        assertThat(client.proxySelector().select(uri)).containsExactly(PROXY);
    }

    @Test
    void leavesOutWhatGoesDirect() {
        ProxySelector selector =
                client.proxySelector(EndpointPattern.anyOf("*.internal", "10.0.0.0/8", "fe80::/10", "example.com:80"));
        for (String direct : List.of(
                "socket://db.internal:5432",
                "http://10.1.2.3",
                "socket://[fe80::1%25eth0]:22",
                "socket://[fe80::1%eth0]:22",
                "http://EXAMPLE.com")) {
            assertThat(selector.select(URI.create(direct))).as(direct).containsExactly(Proxy.NO_PROXY);
        }
        for (String proxied : List.of("https://example.com", "http://11.0.0.1", "http://internal")) {
            assertThat(selector.select(URI.create(proxied))).as(proxied).containsExactly(PROXY);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "socket://example.com:443, example.com:443",
        "http://example.com/path, example.com:80",
        "HTTPS://example.com, example.com:443",
        "ftp://example.com, example.com:21",
        "socket://example.com, example.com:0",
        "//example.com, example.com:0",
        "http://user:8080@example.com, example.com:80",
        "http://[2001:db8::1], [2001:db8::1]:80",
        "http://[2001:db8::1]:8080, [2001:db8::1]:8080",
        "socket://my_db:5432, my_db:5432",
        "http://user:1@my_web/path, my_web:80"
    })
    void readsTheDestination(URI uri, String destination) {
        List<Endpoint> asked = new ArrayList<>();
        Predicate<Endpoint> none = endpoint -> !asked.add(endpoint);
        assertThat(client.proxySelector(none).select(uri)).containsExactly(PROXY);
        assertThat(asked).containsExactly(Endpoint.parse(destination));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mailto:user@example.com", "file:///etc/hosts", "relative", "http://my_web:", "http://a:65536"})
    void refusesUrisWithoutADestination(URI uri) {
        ProxySelector selector = client.proxySelector(everywhere -> true);
        assertThatIllegalArgumentException().isThrownBy(() -> selector.select(uri));
    }

    @Test
    void refusesNull() {
        ProxySelector selector = client.proxySelector();
        assertThatIllegalArgumentException().isThrownBy(() -> selector.select(missing()));
        assertThatNullPointerException().isThrownBy(() -> client.proxySelector(missing()));
    }

    @Test
    void staysWithItsProxyWhenThatFails() {
        ProxySelector selector = client.proxySelector();
        selector.connectFailed(ANYWHERE, ADDRESS, new IOException());
        assertThat(selector.select(ANYWHERE)).containsExactly(PROXY);
    }

    @Test
    void checksWhatItIsToldOfAFailure() {
        ProxySelector selector = client.proxySelector();
        IOException failure = new IOException();
        assertThatCode(() -> selector.connectFailed(ANYWHERE, ADDRESS, failure)).doesNotThrowAnyException();
        assertRefused(null, ADDRESS, failure);
        assertRefused(ANYWHERE, null, failure);
        assertRefused(ANYWHERE, ADDRESS, null);
    }

    private static void assertRefused(
            @Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException failure) {
        Socks5ProxySelector selector = Socks5ProxySelector.builder()
                .otherwise(Socks5Client.builder().proxy(ADDRESS).build())
                .build();
        assertThatIllegalArgumentException().isThrownBy(() -> selector.connectFailed(uri, address, failure));
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // The point of it.
    private static <T> T missing() {
        return null;
    }
}
