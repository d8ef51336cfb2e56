package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.testing.Ports;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever fails, fails as it does for a caller who waits, and the connection is closed. */
@Timeout(30)
class AsyncFailureTest {

    private static final Duration SHORT = Duration.ofMillis(250);

    @Test
    void ofAProxyThatIsNotThere() throws Exception {
        int port = Ports.free();
        Socks5Client client = Socks5Client.builder().proxy("127.0.0.1", port).build();
        assertThat(Failures.same(client, Failures.DESTINATION))
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot reach the proxy 127.0.0.1:" + port + ": Connection refused");
    }

    /** Nobody accepts there: a thread that did could hold the listener open for a moment after it is closed. */
    @Test
    void ofNamesWithoutAnAddress() {
        Socks5ClientBuilder nameless = Socks5Client.builder().proxy("proxy..invalid", 1);
        assertThat(Failures.same(nameless.build(), Failures.DESTINATION)).isInstanceOf(UnknownHostException.class);
        Socks5ClientBuilder builder = Socks5Client.builder().proxy("127.0.0.1", 1);
        Endpoint nowhere = Endpoint.of("nowhere..invalid", 80);
        assertThat(Failures.same(builder.lookUpNamesHere().build(), nowhere)).isInstanceOf(UnknownHostException.class);
        assertThat(Failures.same(builder.direct(any -> true).build(), nowhere))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("nowhere..invalid");
    }

    @Test
    void ofADirectDestination() throws Exception {
        Socks5Client client =
                Socks5Client.builder().proxy("127.0.0.1", 1).direct(any -> true).build();
        assertThat(Failures.same(client, Endpoint.of("127.0.0.1", Ports.free())))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void ofAConnectThatTakesTooLong() throws Exception {
        try (DeafProxy proxy = new DeafProxy()) {
            Socks5ClientBuilder builder =
                    Socks5Client.builder().proxy(proxy.address()).connectTimeout(SHORT);
            assertThat(Failures.same(builder.build(), Failures.DESTINATION)).isInstanceOf(SocketTimeoutException.class);
            Endpoint deaf = Endpoint.of(proxy.address());
            assertThat(Failures.same(builder.direct(any -> true).build(), deaf))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Connect timed out");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "05, ''", "05 00, ''", "05 00, 05 00 00 03 09"})
    void ofAProxyThatStalls(String selection, String reply) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(selection);
            if (!reply.isEmpty()) {
                client.readRequest();
                client.send(reply);
            }
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().connectTimeout(SHORT).build();
            assertThat(Failures.async(client, Failures.DESTINATION))
                    .isExactlyInstanceOf(SocketTimeoutException.class)
                    .hasMessage(
                            "no tunnel to example.com:80 through the proxy 127.0.0.1:%d within 250 ms",
                            proxy.address().getPort());
            proxy.received();
        }
    }

    @Test
    void ofWhatTheUserGave() throws Exception {
        IllegalStateException noLogin = new IllegalStateException("none today");
        PasswordRequest broken = mock(PasswordRequest.class);
        when(broken.encode()).thenThrow(new StackOverflowError());
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = proxy.clientBuilder()
                    .credentials(() -> {
                        throw noLogin;
                    })
                    .build();
            assertThat(Failures.async(client, Failures.DESTINATION)).isSameAs(noLogin);
            assertThat(proxy.received()).isEmpty();
        }
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(LOGIN_SELECTED);
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().credentials(broken).build();
            assertThat(Failures.async(client, Failures.DESTINATION)).isInstanceOf(StackOverflowError.class);
            assertThat(proxy.received()).isEqualTo("05 02 00 02");
        }
    }
}
