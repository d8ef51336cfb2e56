package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Authenticator;
import java.net.Authenticator.RequestorType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProxyAuthenticatorTest {

    private static final PasswordAuthentication OTHER = new PasswordAuthentication("other", new char[0]);

    private final Socks5Client byName = Socks5Client.builder()
            .proxy("proxy.example", 1080)
            .credentials("\u00fcser", "p\u20ac")
            .build();

    private final Socks5Client byAddress = Socks5Client.builder()
            .proxy("192.0.2.1", 1080)
            .credentials("user", "password")
            .build();

    /** Asks as java.net.SocksSocketImpl does. */
    private static @Nullable PasswordAuthentication ask(
            Authenticator authenticator,
            @Nullable String host,
            @Nullable InetAddress address,
            int port,
            String protocol) {
        return authenticator.requestPasswordAuthenticationInstance(
                host, address, port, protocol, "SOCKS authentication", null, null, RequestorType.SERVER);
    }

    @Test
    void givesTheSameOctetsAsOurOwnHandshake() throws Exception {
        PasswordAuthentication answer =
                Objects.requireNonNull(ask(byName.authenticator(null), "proxy.example", address(1), 1080, "SOCKS5"));
        // As the JDK encodes it.
        assertThat(answer.getUserName().getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo("\u00fcser".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(answer.getPassword()).getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo("p\u20ac".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answersForItsProxyAlone() throws Exception {
        Authenticator previous = answering(OTHER);
        Authenticator name = byName.authenticator(previous);
        assertThat(ask(name, "PROXY.example", address(9), 1080, "SOCKS5")).isNotSameAs(OTHER);
        assertThat(ask(name, "other.example", address(1), 1080, "SOCKS5")).isSameAs(OTHER);
        assertThat(ask(name, null, address(1), 1080, "SOCKS5")).isSameAs(OTHER);
        assertThat(ask(name, "proxy.example", address(1), 1081, "SOCKS5")).isSameAs(OTHER);
        assertThat(ask(name, "proxy.example", address(1), 1080, "http")).isSameAs(OTHER);

        Authenticator literal = byAddress.authenticator(previous);
        assertThat(ask(literal, "192.0.2.1", address(1), 1080, "SOCKS5")).isNotSameAs(OTHER);
        assertThat(ask(literal, null, address(1), 1080, "SOCKS5")).isNotSameAs(OTHER);
        assertThat(ask(literal, "localname", address(1), 1080, "SOCKS5")).isNotSameAs(OTHER);
        assertThat(ask(literal, "192.0.2.2", address(2), 1080, "SOCKS5")).isSameAs(OTHER);
        assertThat(ask(literal, null, null, 1080, "SOCKS5")).isSameAs(OTHER);
        assertThat(ask(literal, "192.0.2.1", address(1), 1080, "https")).isSameAs(OTHER);
    }

    @Test
    void answersNobodyElseIfNobodyWasThereBefore() throws Exception {
        assertThat(ask(byName.authenticator(null), "other.example", address(1), 1080, "SOCKS5"))
                .isNull();
    }

    @Test
    void passesEverythingOnWithoutCredentials() throws Exception {
        Authenticator authenticator =
                Socks5Client.builder().proxy("proxy.example", 1080).build().authenticator(answering(OTHER));
        assertThat(ask(authenticator, "proxy.example", address(1), 1080, "SOCKS5"))
                .isSameAs(OTHER);
    }

    @Test
    void passesRequestsOnUnchanged() throws Exception {
        List<Object> request = List.of(
                "web.example",
                address(7),
                8443,
                "https",
                "realm",
                "Basic",
                URI.create("https://web.example:8443/").toURL(),
                RequestorType.PROXY);
        Authenticator previous = new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                assertThat(Arrays.asList(
                                getRequestingHost(),
                                getRequestingSite(),
                                getRequestingPort(),
                                getRequestingProtocol(),
                                getRequestingPrompt(),
                                getRequestingScheme(),
                                getRequestingURL(),
                                getRequestorType()))
                        .isEqualTo(request);
                return OTHER;
            }
        };
        assertThat(byName.authenticator(previous)
                        .requestPasswordAuthenticationInstance(
                                (String) request.get(0),
                                (InetAddress) request.get(1),
                                (Integer) request.get(2),
                                (String) request.get(3),
                                (String) request.get(4),
                                (String) request.get(5),
                                (URL) request.get(6),
                                (RequestorType) request.get(7)))
                .isSameAs(OTHER);
    }

    @Test
    void matchesAResolvedProxyByItsAddressAlone() throws Exception {
        InetSocketAddress proxy = new InetSocketAddress(
                InetAddress.getByAddress("proxy.example", new byte[] {(byte) 192, 0, 2, 1}), 1080);
        Authenticator authenticator = Socks5Client.builder()
                .proxy(proxy)
                .credentials("user", "password")
                .build()
                .authenticator(null);
        assertThat(ask(authenticator, "proxy.example", address(2), 1080, "SOCKS5"))
                .isNull();
        assertThat(ask(authenticator, "another.example", address(1), 1080, "SOCKS5"))
                .isNotNull();
        assertThat(ask(authenticator, "192.0.2.1", null, 1080, "SOCKS5")).isNotNull();
        assertThat(ask(authenticator, "proxy.example", null, 1080, "SOCKS5")).isNull();
    }

    private static Authenticator answering(PasswordAuthentication answer) {
        return new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return answer;
            }
        };
    }

    private static InetAddress address(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    }
}
