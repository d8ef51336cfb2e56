package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Socks5ClientTest {

    @Test
    void needsAProxy() {
        Socks5ClientBuilder builder = Socks5Client.builder().credentials("user", "password");
        assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void namesItsProxyAndNoCredentials() {
        Socks5ClientBuilder builder = Socks5Client.builder().credentials("us3r", "s3cret");
        assertThat(builder.proxy("proxy.example", 1080).build()).hasToString("Socks5Client[proxy.example:1080]");
        assertThat(builder.proxy("::1", 1080).build()).hasToString("Socks5Client[[::1]:1080]");
    }

    @Test
    void keepsAProxysNameUnresolved() {
        Socks5Client client = Socks5Client.builder().proxy("localhost", 1080).build();
        assertThat(proxyOf(client).isUnresolved()).isTrue();
    }

    @Test
    void takesAProxyInTheJdksForm() {
        InetSocketAddress resolved = Endpoint.of("127.0.0.1", 1080).toInetSocketAddress();
        assertThat(proxyOf(Socks5Client.builder().proxy(resolved).build())).isEqualTo(resolved);
        InetSocketAddress literal = InetSocketAddress.createUnresolved("127.0.0.1", 1080);
        assertThat(proxyOf(Socks5Client.builder().proxy(literal).build())).isEqualTo(resolved);
    }

    private static InetSocketAddress proxyOf(Socks5Client client) {
        Proxy proxy = client.proxySelector()
                .select(URI.create("socket://example.com:1"))
                .get(0);
        return (InetSocketAddress) proxy.address();
    }

    @ParameterizedTest
    @ValueSource(strings = {"www.example .com", "*", "*.example.com", "a\tb", "a\nb", "a/b", "user@a.b", "a\0b", " "})
    void refusesADestinationThatIsNoNameOfAHost(String host) {
        Socks5Client client = Socks5Client.builder()
                .proxy("127.0.0.1", 1)
                .addressesStandForNames()
                .build();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> client.connect(host, 80),
                () -> client.openChannel(host, 80),
                () -> client.connectAsync(host, 80),
                () -> client.resolve(host))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(call)
                    .withMessageContaining("letters, digits, hyphens, underscores and dots");
        }
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> client.socketFactory().createSocket(host, 80),
                () -> client.socketFactory().createSocket().connect(InetSocketAddress.createUnresolved(host, 80)),
                () -> client.socketFactory()
                        .createSocket()
                        .connect(new InetSocketAddress(InetAddress.getByAddress(host, new byte[4]), 80)))) {
            assertThatThrownBy(call)
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("letters, digits, hyphens, underscores and dots");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b\u00fccher.example", "[::1", "fe80::1%nosuchzone", "a b", "*.example"})
    void refusesAProxyThatIsNeitherAddressNorName(String host) {
        Socks5ClientBuilder builder = Socks5Client.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.proxy(host, 1080));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.proxy(InetSocketAddress.createUnresolved(host, 1080)));
    }

    @Test
    void refusesAPortOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Socks5Client.builder().proxy("proxy.example", 65536));
    }

    @Test
    void tellsItsTimeLimit() {
        Socks5ClientBuilder builder = Socks5Client.builder().proxy("proxy.example", 1080);
        assertThat(builder.build().connectTimeout()).isEqualTo(Duration.ofSeconds(30));
        Socks5Client client = builder.connectTimeout(Duration.ofMillis(1500)).build();
        assertThat(client.connectTimeout()).isEqualTo(Duration.ofMillis(1500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT2147483.648S"})
    void refusesATimeoutOutOfRange(Duration timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Socks5Client.builder().connectTimeout(timeout));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.000000001S", "PT2147483.647S"})
    void takesATimeoutInRange(Duration timeout) {
        assertThatCode(() -> Socks5Client.builder().connectTimeout(timeout)).doesNotThrowAnyException();
    }

    @Test
    void countsTheLoginInOctets() {
        Socks5ClientBuilder builder = Socks5Client.builder();
        assertThatCode(() -> builder.credentials("\u00fc".repeat(127), "p".repeat(255)))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.credentials("\u00fc".repeat(128), "password"))
                .withMessageNotContaining("\u00fc");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.credentials("user", "s3cret".repeat(43)))
                .withMessageNotContaining("s3cret");
    }

    @Test
    void buildsSeveralClients() {
        Socks5ClientBuilder builder =
                Socks5Client.builder().proxy("one.example", 1080).credentials(new PasswordRequest("u", "p"));
        Socks5Client one = builder.build();
        Socks5Client two = builder.proxy("two.example", 1080).build();
        assertThat(one).hasToString("Socks5Client[one.example:1080]");
        assertThat(two).hasToString("Socks5Client[two.example:1080]");
    }
}
