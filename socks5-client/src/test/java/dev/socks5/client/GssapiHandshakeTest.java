package dev.socks5.client;

import static dev.socks5.codec.ProtectionLevel.CONFIDENTIALITY;
import static dev.socks5.codec.ProtectionLevel.INTEGRITY;
import static dev.socks5.codec.ProtectionLevel.NONE;
import static dev.socks5.codec.ProtectionLevel.SELECTIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiContext;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.GssapiToken;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.GssapiPeer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From the greeting to the reply. */
@Timeout(60)
class GssapiHandshakeTest {

    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);

    static Stream<Arguments> levels() {
        return Stream.of(NONE, INTEGRITY, CONFIDENTIALITY, SELECTIVE)
                .flatMap(level -> Stream.of(false, true).map(inClear -> Arguments.of(level, inClear)));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void opensATunnelAtEachLevel(ProtectionLevel level, boolean inClear) throws Exception {
        GssapiUser user = new GssapiUser("alice", level, inClear);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(NONE, inClear);
            assertThat(peer.accept().destination()).isEqualTo(DESTINATION);
            assertThat(peer.input().readNBytes(5)).isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
            peer.output().write("world".getBytes(StandardCharsets.US_ASCII));
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().gssapi(user).build();
            try (Socket socket = client.connect(DESTINATION)) {
                socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(5))
                        .isEqualTo("world".getBytes(StandardCharsets.US_ASCII));
                if (level.equals(NONE)) {
                    user.assertClosed(1); // The context has done its work.
                } else {
                    user.assertOpen(1);
                }
            }
            proxy.received();
            user.assertClosed(1);
        }
    }

    @Test
    void offersGssapiAndTheLoginButNeverNothing() throws Exception {
        for (boolean login : new boolean[] {false, true}) {
            GssapiUser user = new GssapiUser(INTEGRITY);
            try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                client.expect(login ? "05 02 01 02" : "05 01 01");
                client.send("05 00"); // which is not among them
                client.awaitEnd();
            })) {
                Socks5ClientBuilder builder = proxy.clientBuilder().gssapi(user);
                Socks5Client client = (login ? builder.credentials("u", "p") : builder).build();
                assertThatThrownBy(() -> client.connect(DESTINATION))
                        .isInstanceOf(MalformedMessageException.class)
                        .hasMessageContaining("not offered")
                        .hasMessageContaining(AuthMethod.NO_AUTHENTICATION.toString());
                proxy.received();
                user.assertClosed(1);
            }
        }
    }

    @Test
    void theProxyMaySelectTheLoginInstead() throws Exception {
        GssapiUser user = new GssapiUser(INTEGRITY);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.LOGIN_SELECTED);
            assertThat(client.readLogin()).isEqualTo("01 01 75 01 70");
            client.send(ScriptedProxy.LOGIN_ACCEPTED);
            client.readRequest();
            client.send(ScriptedProxy.SUCCESS);
            client.expect("2a");
            client.awaitEnd();
        })) {
            Socks5Client client =
                    proxy.clientBuilder().gssapi(user).credentials("u", "p").build();
            try (Socket socket = client.connect(DESTINATION)) {
                user.assertClosed(1); // Never begun, and of no use any more.
                socket.getOutputStream().write(0x2a);
            }
            proxy.received();
        }
    }

    @Test
    void eachConnectionHasANegotiationForTheProxyAsItWasGiven() throws Exception {
        GssapiUser user = new GssapiUser(INTEGRITY);
        try (ScriptedProxy proxy =
                new ScriptedProxy(client -> GssapiPeer.of(client).open(INTEGRITY))) {
            Endpoint named = Endpoint.of("localhost", proxy.address().getPort());
            Socks5Client client = Socks5Client.builder()
                    .proxy("localhost", named.port())
                    .gssapi(user)
                    .build();
            client.connect(DESTINATION).close();
            proxy.received();
            assertThat(user.proxies()).containsExactly(named);
            assertThat(client.toString()).isEqualTo("Socks5Client[" + named + "]");
        }
    }

    @Test
    void aUriStartsAnewWithoutGssapi() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> client.expect("05 01 00"))) {
            GssapiUser user = new GssapiUser(INTEGRITY);
            Socks5Client client = proxy.clientBuilder()
                    .gssapi(user)
                    .uri("socks5h://127.0.0.1:" + proxy.address().getPort())
                    .build();
            assertThatThrownBy(() -> client.connect(DESTINATION)).isInstanceOf(MalformedMessageException.class);
            proxy.received();
            assertThat(user.proxies()).isEmpty();
        }
    }

    @Test
    void aTokenMayBeAsLongAsCanBeSaid() throws Exception {
        FakeContext fake = FakeContext.initiator("alice");
        GssapiContext padded = mock(GssapiContext.class, delegatesTo(fake));
        doAnswer(call -> {
                    byte[] token = call.getArgument(0);
                    assertThat(token.length).isIn(0, GssapiToken.MAX_LENGTH);
                    return fake.establish(Arrays.copyOf(token, Math.min(token.length, 2)));
                })
                .when(padded)
                .establish(any());
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client);
            peer.select();
            peer.next();
            byte[] token = Arrays.copyOf(new byte[] {'h', 'i'}, GssapiToken.MAX_LENGTH);
            peer.send(new GssapiMessage.Authentication(GssapiToken.of(token)).encode());
            client.expect("01 02 00 01 00"); // the level, in clear
            client.send("01 02 00 01 00");
            client.readRequest();
            client.send(ScriptedProxy.SUCCESS);
            client.send("2a");
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder()
                    .gssapi((endpoint, command, destination) -> ClientNegotiation.gssapi(padded, NONE, true))
                    .build();
            try (Socket socket = client.connect(DESTINATION)) {
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            }
            proxy.received();
        }
    }

    @Test
    void aReplyInManyMessagesOctetByOctetIsTaken() throws Exception {
        GssapiUser user = new GssapiUser(CONFIDENTIALITY);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(INTEGRITY);
            peer.request();
            for (byte octet : new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 80, 0x2a}) {
                for (byte one : peer.wrapped(octet)) {
                    peer.send(one);
                }
                peer.send(peer.wrapped()); // Nothing, protected: nothing.
            }
            client.awaitEnd();
        })) {
            try (Socket socket = proxy.clientBuilder().gssapi(user).build().connect(DESTINATION)) {
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            }
            proxy.received();
        }
    }

    @Test
    void thereAreNoChannelsAndNoSelector() throws Exception {
        GssapiUser user = new GssapiUser(INTEGRITY);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {})) {
            Socks5Client secure = proxy.clientBuilder().gssapi(user).build();
            Socks5Client behind = proxy.client().through(secure);
            Socks5Client before = secure.through(proxy.client());
            for (Socks5Client client : new Socks5Client[] {secure, behind, before}) {
                for (ThrowingCallable call : new ThrowingCallable[] {
                    () -> client.openChannel(DESTINATION),
                    () -> client.connectAsync(DESTINATION),
                    client::proxySelector,
                    () -> client.authenticator(null)
                }) {
                    assertThatThrownBy(call).isInstanceOf(UnsupportedOperationException.class);
                }
            }
            assertThat(proxy.isUntouched()).isTrue();
            assertThat(user.proxies()).isEmpty();
        }
    }
}
