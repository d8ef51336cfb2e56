package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.NoAcceptableMethodException;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Protection;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Methods that the application brings along, and clients that insist on a login. */
@Timeout(60)
class MethodTest {

    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);
    private static final String LOGIN = "01 01 75 01 70";

    private final PrivateMethod method = new PrivateMethod(0x80);

    private static void openTunnel(ScriptedProxy.Client client) throws Exception {
        client.readRequest();
        client.send(ScriptedProxy.SUCCESS);
        client.awaitEnd();
    }

    private static ScriptedProxy negotiating(String greeting) throws Exception {
        return new ScriptedProxy(client -> {
            client.expect(greeting);
            client.send("05 80");
            client.expect("01");
            client.send("01");
            client.expect("02");
            client.send("00");
            openTunnel(client);
        });
    }

    @Test
    void aSocketIsOpenedAfterSeveralMessages() throws Exception {
        try (ScriptedProxy proxy = negotiating("05 01 80")) {
            Socks5Client client = proxy.clientBuilder().method(method).build();
            client.connect(DESTINATION).close();
            proxy.received();
            assertThat(method.made())
                    .containsExactly("CONNECT (0x01) of %d to a.b:80"
                            .formatted(proxy.address().getPort()));
            method.assertClosed();
        }
    }

    @Test
    void channelsAreOpenedToo() throws Exception {
        try (ScriptedProxy proxy = negotiating("05 01 80")) {
            Socks5Client client = proxy.clientBuilder().method(method).build();
            client.openChannel(DESTINATION).close();
            proxy.received();
        }
        try (ScriptedProxy proxy = negotiating("05 01 80")) {
            Socks5Client client = proxy.clientBuilder().method(method).build();
            SocketChannel channel = client.connectAsync(DESTINATION).get(15, TimeUnit.SECONDS);
            channel.close();
            proxy.received();
        }
        method.assertClosed();
    }

    @Test
    void methodsAreOfferedInOrderAndTheLoginLast() throws Exception {
        PrivateMethod other = new PrivateMethod(0xFE);
        try (ScriptedProxy proxy = negotiating("05 03 fe 80 02")) {
            proxy.clientBuilder()
                    .credentials("u", "p")
                    .method(other)
                    .method(method)
                    .build()
                    .connect(DESTINATION)
                    .close();
            proxy.received();
            method.assertClosed();
            other.assertClosed();
        }
    }

    /** Which of them it is has to be known before its messages can be sent. */
    @Test
    void onlyTheFirstIsOfferedIfTheLoginIsSentAhead() throws Exception {
        PrivateMethod other = new PrivateMethod(0xFE);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 80 01");
            client.send("05 80 00");
            openTunnel(client);
        })) {
            proxy.clientBuilder()
                    .credentials("u", "p")
                    .method(method)
                    .method(other)
                    .sendLoginAhead()
                    .build()
                    .connect(DESTINATION)
                    .close();
            proxy.received();
            method.assertClosed();
            other.assertClosed();
        }
    }

    @Test
    void toGoWithoutIsOfferedIfItIsOneOfThem() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 02 80 00");
            client.send("05 00");
            openTunnel(client);
        })) {
            proxy.clientBuilder()
                    .method(method)
                    .method((there, command, destination) -> ClientNegotiation.noAuthentication())
                    .build()
                    .connect(DESTINATION)
                    .close();
            proxy.received();
            method.assertClosed();
        }
    }

    @Test
    void aRefusalIsTheProxys() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet("05 80");
            client.expect("01");
            client.send("ff");
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().method(method).build();
            assertThatThrownBy(() -> client.connect(DESTINATION))
                    .isInstanceOfSatisfying(AuthenticationFailedException.class, e -> {
                        assertThat(e.status()).isEqualTo(0xFF);
                        assertThat(e.proxy()).contains(Endpoint.of(proxy.address()));
                    });
            proxy.received();
            method.assertClosed();
        }
    }

    @Test
    void whateverFailsTheNegotiationIsClosed() throws Exception {
        for (String answer : new String[] {"05 ff", "05 00", "04"}) {
            try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                client.greet(answer);
                client.awaitEnd();
            })) {
                Socks5Client client = proxy.clientBuilder().method(method).build();
                assertThatThrownBy(() -> client.connect(DESTINATION))
                        .isInstanceOfAny(MalformedMessageException.class, NoAcceptableMethodException.class);
                method.assertClosed();
            }
        }
    }

    @Test
    void afterATimeoutTheNegotiationIsClosed() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet("05 80");
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder()
                    .method(method)
                    .connectTimeout(Duration.ofMillis(300))
                    .build();
            assertThatThrownBy(() -> client.connect(DESTINATION)).isInstanceOf(SocketTimeoutException.class);
            method.assertClosed();
        }
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet("05 80");
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder()
                    .method(method)
                    .connectTimeout(Duration.ofMillis(300))
                    .build();
            assertThatThrownBy(() -> client.connectAsync(DESTINATION).get(15, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SocketTimeoutException.class);
            method.assertClosed();
        }
    }

    /** A socket has a place for a protection: that is tested with GSSAPI, whose negotiation is one like this. */
    @Test
    void aChannelHasNoPlaceForAProtection() throws Exception {
        Protection protection = mock(Protection.class);
        PrivateMethod protecting = new PrivateMethod(0x80, protection);
        try (ScriptedProxy proxy = negotiating("05 01 80")) {
            Socks5Client client = proxy.clientBuilder().method(protecting).build();
            assertThatThrownBy(() -> client.connectAsync(DESTINATION).get(15, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(UnsupportedOperationException.class);
            verify(protection).close();
        }
    }

    @Test
    void whatAFactoryThrowsLeavesNoNegotiationOpen() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = proxy.clientBuilder()
                    .method(method)
                    .method((there, command, destination) -> {
                        throw new IllegalStateException("no token");
                    })
                    .build();
            assertThatThrownBy(() -> client.connect(DESTINATION)).hasMessage("no token");
            proxy.received();
            method.assertClosed();
        }
    }

    @Test
    void whoRequiresALoginOffersNothingElse() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 02");
            client.send("05 02");
            client.expect(LOGIN);
            client.send("01 00");
            openTunnel(client);
        })) {
            proxy.clientBuilder()
                    .credentials("u", "p")
                    .requireLogin()
                    .build()
                    .connect(DESTINATION)
                    .close();
            proxy.received();
        }
    }

    @Test
    void whoRequiresALoginNeverGoesWithout() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.expect("05 01 02");
            client.send("05 00");
            client.awaitEnd();
        })) {
            Socks5Client client =
                    proxy.clientBuilder().credentials("u", "p").requireLogin().build();
            assertThatThrownBy(() -> client.connect(DESTINATION))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining("not offered");
        }
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client =
                    proxy.clientBuilder().credentials(() -> null).requireLogin().build();
            assertThatThrownBy(() -> client.connect(DESTINATION))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("requires a login");
            assertThat(proxy.received()).isEmpty();
            assertThatThrownBy(client::proxySelector).isInstanceOf(UnsupportedOperationException.class);
        }
        Socks5ClientBuilder without =
                Socks5Client.builder().proxy("192.0.2.1", 1080).requireLogin();
        assertThatThrownBy(without::build).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> without.uri("socks5h://192.0.2.1").build()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theLoginMayDependOnTheDestinationThroughSeveralProxiesToo() throws Exception {
        List<Endpoint> asked = new ArrayList<>();
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            for (int hop = 0; hop < 2; hop++) {
                client.greet(ScriptedProxy.LOGIN_SELECTED);
                client.readLogin();
                client.send(ScriptedProxy.LOGIN_ACCEPTED);
                client.readRequest();
                client.send(ScriptedProxy.SUCCESS);
            }
            client.awaitEnd();
        })) {
            Socks5Client client = Socks5Client.builder()
                    .proxy("second.test", 1080)
                    .credentials(destination -> {
                        asked.add(destination);
                        return PasswordRequest.of("second", destination.toString());
                    })
                    .build()
                    .through(proxy.clientBuilder()
                            .credentials(destination -> {
                                asked.add(destination);
                                return PasswordRequest.of("first", destination.toString());
                            })
                            .build());
            try (Socket socket = client.connect(DESTINATION)) {
                assertThat(socket.isConnected()).isTrue();
            }
            assertThat(proxy.received()).contains("61 2e 62 3a 38 30"); // a.b:80
            assertThat(asked).containsExactly(DESTINATION, DESTINATION);
        }
    }
}
