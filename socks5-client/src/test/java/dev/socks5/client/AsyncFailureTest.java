package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static dev.socks5.client.ScriptedProxy.NO_AUTHENTICATION;
import static dev.socks5.client.ScriptedProxy.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.codec.Socks5Exception;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails, fails as it does for a caller who waits, and the connection is closed. */
@Timeout(30)
class AsyncFailureTest {

    private static final Endpoint DESTINATION = Endpoint.of("example.com", 80);
    private static final Duration SHORT = Duration.ofMillis(250);

    private static Throwable asyncFailure(Socks5Client client, Endpoint destination) {
        Throwable thrown = catchThrowable(() -> client.connectAsync(destination).get(15, TimeUnit.SECONDS));
        assertThat(thrown).isExactlyInstanceOf(ExecutionException.class);
        return Objects.requireNonNull(thrown.getCause());
    }

    /** Both ways, one proxy for each. */
    private static Throwable sameFailure(ScriptedProxy.Script script) throws Exception {
        Throwable blocking;
        try (ScriptedProxy proxy = new ScriptedProxy(script)) {
            blocking = catchThrowable(() -> client(proxy).openChannel(DESTINATION));
            proxy.received();
        }
        try (ScriptedProxy proxy = new ScriptedProxy(script)) {
            Throwable async = asyncFailure(client(proxy), DESTINATION);
            proxy.received();
            assertSame(async, blocking);
            return async;
        }
    }

    private static Socks5Client client(ScriptedProxy proxy) {
        return proxy.clientBuilder().credentials("u", "p").build();
    }

    private static Throwable sameFailure(Socks5Client client, Endpoint destination) {
        Throwable async = asyncFailure(client, destination);
        assertSame(async, catchThrowable(() -> client.openChannel(destination)));
        return async;
    }

    private static void assertSame(@Nullable Throwable async, @Nullable Throwable blocking) {
        while (async != null && blocking != null) {
            assertThat(async).hasSameClassAs(blocking);
            boolean ours = async.getCause() != null || async instanceof Socks5Exception;
            if (ours) { // The system's own vary with what it has cached.
                assertThat(async).hasMessage(blocking.getMessage());
            }
            async = async.getCause();
            blocking = blocking.getCause();
        }
        assertThat(async).isNull();
        assertThat(blocking).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"05 ff", "05 01", "05 80", "04 00", "48 54", "05", ""})
    void inTheSelection(String answer) throws Exception {
        sameFailure(client -> {
            client.greet(answer);
            client.socket().shutdownOutput();
            client.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"01 01", "05 ff", "02 00", "01", ""})
    void inTheLogin(String answer) throws Exception {
        sameFailure(client -> {
            client.greet(LOGIN_SELECTED);
            client.readLogin();
            client.send(answer);
            client.socket().shutdownOutput();
            client.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05 01 00 01 00 00 00 00 00 00",
                "05 5b 00 01 00 00 00 00 00 00",
                "05 ff 00 03 01 61 00 00",
                "05 04",
                "05 04 00 01 00",
                "04 00 00 01 00 00 00 00 00 00",
                "05 00 00 02 00 00 00 00 00 00",
                "05 00",
                "05 00 00 01 00 00 00 00 00",
                "05",
                ""
            })
    void inTheReply(String answer) throws Exception {
        sameFailure(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send(answer);
            client.socket().shutdownOutput();
            client.awaitEnd();
        });
    }

    @ParameterizedTest
    @CsvSource({"05 05, true", "05, false", "05 00, false"})
    void byAResetInTheReply(String answer, boolean rejected) throws Exception {
        Throwable failure = sameFailure(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send(answer);
            client.reset();
        });
        assertThat(failure).isInstanceOf(rejected ? RequestRejectedException.class : MalformedMessageException.class);
    }

    @Test
    void takesEveryReplyButSuccessForAFailure() throws Exception {
        for (int code = 1; code <= 0xFF; code++) {
            String reply = "05 %02x 00 01 00 00 00 00 00 00".formatted(code);
            try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                client.greet(NO_AUTHENTICATION);
                client.readRequest();
                client.send(reply);
                client.awaitEnd();
            })) {
                assertThat(asyncFailure(proxy.client(), DESTINATION)).isInstanceOf(RequestRejectedException.class);
                proxy.received();
            }
        }
    }

    @Test
    void inTheSecondProxyOfAChain() throws Exception {
        Supplier<ScriptedProxy.Script> script = () -> client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send(SUCCESS);
            client.greet("05 ff");
            client.awaitEnd();
        };
        try (ScriptedProxy one = new ScriptedProxy(script.get());
                ScriptedProxy other = new ScriptedProxy(script.get())) {
            Socks5Client second = Socks5Client.builder().proxy("b.c", 1).build();
            assertSame(
                    asyncFailure(second.through(one.client()), DESTINATION),
                    catchThrowable(() -> second.through(other.client()).openChannel(DESTINATION)));
            assertThat(one.received()).isEqualTo(other.received());
        }
    }

    @Test
    void ofAProxyThatIsNotThere() throws Exception {
        int port = closedPort();
        Socks5Client client = Socks5Client.builder().proxy("127.0.0.1", port).build();
        assertThat(sameFailure(client, DESTINATION))
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot reach the proxy 127.0.0.1:" + port);
    }

    private static int closedPort() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {})) {
            return proxy.address().getPort();
        }
    }

    @Test
    void ofNamesWithoutAnAddress() {
        Socks5ClientBuilder nameless = Socks5Client.builder().proxy("proxy..invalid", 1);
        assertThat(sameFailure(nameless.build(), DESTINATION)).isInstanceOf(UnknownHostException.class);
        Socks5ClientBuilder builder = Socks5Client.builder().proxy("127.0.0.1", 1);
        Endpoint nowhere = Endpoint.of("nowhere..invalid", 80);
        assertThat(sameFailure(builder.lookUpNamesHere().build(), nowhere)).isInstanceOf(UnknownHostException.class);
        assertThat(sameFailure(builder.direct(any -> true).build(), nowhere))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("nowhere..invalid");
    }

    @Test
    void ofADirectDestination() throws Exception {
        Socks5Client client =
                Socks5Client.builder().proxy("127.0.0.1", 1).direct(any -> true).build();
        assertThat(sameFailure(client, Endpoint.of("127.0.0.1", closedPort())))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void ofAConnectThatTakesTooLong() throws Exception {
        try (DeafProxy proxy = new DeafProxy()) {
            Socks5ClientBuilder builder =
                    Socks5Client.builder().proxy(proxy.address()).connectTimeout(SHORT);
            assertThat(sameFailure(builder.build(), DESTINATION)).isInstanceOf(SocketTimeoutException.class);
            Endpoint deaf = Endpoint.of(proxy.address());
            assertThat(sameFailure(builder.direct(any -> true).build(), deaf))
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
            assertThat(asyncFailure(client, DESTINATION))
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
            assertThat(asyncFailure(client, DESTINATION)).isSameAs(noLogin);
            assertThat(proxy.received()).isEmpty();
        }
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(LOGIN_SELECTED);
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().credentials(broken).build();
            assertThat(asyncFailure(client, DESTINATION)).isInstanceOf(StackOverflowError.class);
            assertThat(proxy.received()).isEqualTo("05 02 00 02");
        }
    }
}
