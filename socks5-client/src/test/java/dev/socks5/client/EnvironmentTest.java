package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EnvironmentTest {

    @Test
    void noProxyIsNoClient() {
        assertThat(Socks5Client.fromEnvironment(Map.of())).isEmpty();
        assertThat(Socks5Client.fromEnvironment(Map.of("ALL_PROXY", "", "all_proxy", "", "NO_PROXY", "*")))
                .isEmpty();
        assertThat(Socks5Client.fromEnvironment(Map.of("HTTPS_PROXY", "socks5h://proxy.example")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "socks5h://upper, socks5h://lower, lower:1080",
        "socks5h://upper, '', upper:1080",
        "'', socks5h://lower, lower:1080",
        "http://upper, socks5://lower, lower:1080"
    })
    void lowerCaseWins(String upper, String lower, String proxy) {
        assertThat(Socks5Client.fromEnvironment(Map.of("ALL_PROXY", upper, "all_proxy", lower))
                        .orElseThrow())
                .hasToString("Socks5Client[" + proxy + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://alice:s3cret@proxy.example:3128",
                "socks4://alice:s3cret@proxy.example",
                "s3cret",
                "socks5://alice:s3cret",
                " "
            })
    void whatIsNoSocks5IsAClearErrorWithoutThePassword(String value) {
        assertThatThrownBy(() -> Socks5Client.fromEnvironment(Map.of("ALL_PROXY", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageContainingAll("ALL_PROXY", "socks5h://")
                .hasMessageNotContainingAny("s3cret", "alice");
        assertThatThrownBy(() -> Socks5Client.of(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContainingAny("s3cret", "alice");
    }

    @Test
    void aLoginAndANameGoToTheProxy() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.LOGIN_SELECTED);
            client.expect("01 01 61 02 25 26");
            client.send(ScriptedProxy.LOGIN_ACCEPTED);
            client.readRequest();
            client.send(ScriptedProxy.SUCCESS);
            client.awaitEnd();
        })) {
            String uri = "socks5h://a:%25&@" + Endpoint.of(proxy.address());
            client(Map.of("all_proxy", uri)).connect("localhost", 80).close();
            assertThat(proxy.received()).endsWith("05 01 00 03 09 6c 6f 63 61 6c 68 6f 73 74 00 50");
        }
    }

    @Test
    void socks5LooksNamesUpHere() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client.of("socks5://" + Endpoint.of(proxy.address()))
                    .connect("localhost", 80)
                    .close();
            assertThat(proxy.received()).matches("05 01 00 05 01 00 (01 7f 00 00 01|04( 00){15} 01) 00 50");
        }
    }

    @Test
    void aUriReplacesWhatWasSetBefore() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client.builder()
                    .proxy("other.invalid", 1)
                    .credentials("user", "password")
                    .lookUpNamesHere()
                    .uri("socks5h://" + Endpoint.of(proxy.address()))
                    .build()
                    .connect("a.b", 80)
                    .close();
            assertThat(proxy.received()).isEqualTo("05 01 00 05 01 00 03 03 61 2e 62 00 50");
        }
    }

    @Test
    void noProxyHoldsForEveryWayOfConnecting() throws Exception {
        try (ServerSocket origin = listener();
                ServerSocket proxy = listener()) {
            int port = origin.getLocalPort();
            Socks5Client client = client(Map.of(
                    "ALL_PROXY",
                    "socks5h://127.0.0.1:" + proxy.getLocalPort(),
                    "no_proxy",
                    "127.0.0.0/8:" + port + ",.localhost",
                    "NO_PROXY",
                    "other.example"));
            try (Socket byAddress = client.connect("127.0.0.1", port);
                    Socket byName = client.connect("localhost", port);
                    SocketChannel channel = client.openChannel(Endpoint.of("127.0.0.1", port));
                    Socket made = client.socketFactory().createSocket("127.0.0.1", port)) {
                for (int i = 0; i < 4; i++) {
                    origin.accept().close();
                }
                assertThat(byAddress.isConnected()).isTrue();
                assertThat(byName.isConnected()).isTrue();
                assertThat(channel.getRemoteAddress()).isEqualTo(origin.getLocalSocketAddress());
                assertThat(made.isConnected()).isTrue();
            }
            assertThat(client.proxySelector().select(URI.create("http://localhost")))
                    .containsExactly(Proxy.NO_PROXY);
            assertThat(client.proxySelector().select(URI.create("http://other.example")))
                    .containsExactly(
                            new Proxy(Proxy.Type.SOCKS, new InetSocketAddress("127.0.0.1", proxy.getLocalPort())));
        }
    }

    private static ServerSocket listener() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private static Socks5Client client(Map<String, String> variables) {
        return Socks5Client.fromEnvironment(variables).orElseThrow();
    }
}
