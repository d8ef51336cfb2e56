package dev.socks5.client;

import static dev.socks5.codec.ProtectionLevel.CONFIDENTIALITY;
import static dev.socks5.codec.ProtectionLevel.INTEGRITY;
import static dev.socks5.codec.ProtectionLevel.NONE;
import static dev.socks5.codec.ProtectionLevel.SELECTIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.GssapiToken;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.testing.GssapiPeer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong between the greeting and the reply, and leaves nothing open. */
@Timeout(60)
class GssapiFailureTest {

    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);
    private static final byte[] ABORT = {1, (byte) 0xFF};

    /** What the proxy does once GSSAPI is selected; it is closed then. */
    @FunctionalInterface
    private interface Rest {
        void play(GssapiPeer peer, ScriptedProxy.Client client) throws Exception;
    }

    /** How a connect fails, which must leave nothing open. */
    private static Throwable failure(GssapiUser user, Rest rest) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> rest.play(GssapiPeer.of(client), client))) {
            Throwable failure = catchThrowable(
                    () -> proxy.clientBuilder().gssapi(user).build().connect(DESTINATION));
            proxy.received();
            user.assertClosed(1);
            if (failure instanceof Socks5Exception e) {
                assertThat(e.proxy()).hasValue(Endpoint.of(proxy.address()));
            }
            return failure;
        }
    }

    private static Throwable failure(Rest rest) throws Exception {
        return failure(new GssapiUser(INTEGRITY), rest);
    }

    @Test
    void anAbortInsteadOfATokenIsAFailedLogin() throws Exception {
        assertThat(failure((peer, client) -> {
                    peer.select();
                    peer.next();
                    peer.send(ABORT);
                    client.awaitEnd();
                }))
                .isInstanceOf(AuthenticationFailedException.class);
    }

    @Test
    void anAbortInsteadOfTheLevelIsAFailedLogin() throws Exception {
        assertThat(failure((peer, client) -> {
                    peer.select();
                    peer.next();
                    peer.send(new GssapiMessage.Authentication(GssapiToken.of((byte) 'h', (byte) 'i')).encode());
                    peer.send(ABORT);
                    client.awaitEnd();
                }))
                .isInstanceOf(AuthenticationFailedException.class);
    }

    @Test
    void anAbortInsteadOfTheReplyIsMalformed() throws Exception {
        assertThat(failure((peer, client) -> {
                    peer.negotiate(INTEGRITY);
                    peer.request();
                    peer.send(ABORT);
                    client.awaitEnd();
                }))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("protected data expected");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void aProxyThatClosesIsAFailureAtEachStep(int step) throws Exception {
        assertThat(failure((peer, client) -> {
                    if (step == 0) {
                        peer.next();
                        return;
                    }
                    if (step < 4) {
                        peer.select();
                        peer.next();
                        byte[] answer = {1, 1, 0, 2, 'h', 'i'};
                        peer.send(Arrays.copyOf(answer, (step - 1) * 3)); // none, a part, all of it
                        return;
                    }
                    peer.negotiate(INTEGRITY);
                    peer.request();
                    byte[] reply = peer.wrapped(new byte[] {5, 0, 0, 1});
                    peer.send(Arrays.copyOf(reply, (step - 4) * reply.length / 2)); // none, a part, all of it
                }))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("the proxy closed the connection instead of");
    }

    @Test
    void aRejectionComesThroughTheProtection() throws Exception {
        assertThat(failure((peer, client) -> {
                    peer.negotiate(INTEGRITY);
                    peer.request();
                    peer.send(new Reply(ReplyCode.NOT_ALLOWED, GssapiPeer.BOUND));
                    client.awaitEnd();
                }))
                .isInstanceOfSatisfying(
                        RequestRejectedException.class,
                        e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.NOT_ALLOWED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"01 01 00 03 62 61 64", "01 02 00 01 01", "01 03 00 00", "05 01 00 00", "01 07"})
    void whatIsNoTokenOfTheMechanismIsRefused(String answer) throws Exception {
        assertThat(failure((peer, client) -> {
                    peer.select();
                    peer.next();
                    client.send(answer);
                    client.awaitEnd();
                }))
                .isInstanceOf(Socks5Exception.class)
                .isNotInstanceOf(AuthenticationFailedException.class);
    }

    @Test
    void lessProtectionThanWasAskedForIsNotTaken() throws Exception {
        for (ProtectionLevel less : new ProtectionLevel[] {NONE, INTEGRITY, SELECTIVE}) {
            Throwable failure = failure(new GssapiUser("alice", CONFIDENTIALITY, true), (peer, client) -> {
                peer.select();
                peer.next();
                peer.send(new GssapiMessage.Authentication(GssapiToken.of((byte) 'h', (byte) 'i')));
                peer.next();
                peer.send((byte) 1, (byte) 2, (byte) 0, (byte) 1, (byte) less.code());
                client.awaitEnd();
            });
            assertThat(failure).isInstanceOf(GssapiException.class).hasMessageContaining("agrees to " + less);
        }
    }

    @Test
    void aReplyThatWasChangedIsNotTaken() throws Exception {
        assertThat(failure((peer, client) -> {
                    peer.negotiate(INTEGRITY);
                    peer.request();
                    byte[] reply = peer.wrapped(new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 80});
                    reply[12] ^= 1;
                    peer.send(reply);
                    client.awaitEnd();
                }))
                .isInstanceOf(GssapiException.class);
    }

    @Test
    void aReplyThatCameBeforeIsNotTaken() throws Exception {
        assertThat(failure((peer, client) -> {
                    peer.negotiate(INTEGRITY);
                    peer.request();
                    byte[] part = peer.wrapped(new byte[] {5, 0, 0});
                    peer.send(part);
                    peer.send(part);
                    client.awaitEnd();
                }))
                .isInstanceOf(GssapiException.class)
                .hasMessageContaining("sequence");
    }

    @Test
    void aReplyWithoutItsProtectionIsNotTaken() throws Exception {
        assertThat(failure((peer, client) -> {
                    peer.negotiate(INTEGRITY);
                    peer.request();
                    client.send(ScriptedProxy.SUCCESS);
                    client.awaitEnd();
                }))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void whatTheFunctionThrowsIsThrown() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = proxy.clientBuilder()
                    .gssapi((endpoint, command, destination) -> {
                        throw new IllegalStateException("no ticket");
                    })
                    .build();
            assertThatThrownBy(() -> client.connect(DESTINATION))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no ticket");
            proxy.received();
        }
    }

    @Test
    void whatTheLoginsThrowLeavesNoContextOpen() throws Exception {
        GssapiUser user = new GssapiUser(INTEGRITY);
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = proxy.clientBuilder()
                    .gssapi(user)
                    .credentials(() -> {
                        throw new IllegalStateException("no password");
                    })
                    .build();
            assertThatThrownBy(() -> client.connect(DESTINATION)).isInstanceOf(IllegalStateException.class);
            proxy.received();
            user.assertClosed(1);
        }
    }

    @Test
    void saysWhichProxyAbortedInAChain() throws Exception {
        GssapiUser user = new GssapiUser(INTEGRITY);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer second = GssapiPeer.of(client).open(INTEGRITY).behind();
            second.select();
            second.next();
            second.send(ABORT);
            client.awaitEnd();
        })) {
            Socks5Client first = proxy.clientBuilder().gssapi(user).build();
            Socks5Client chain = Socks5Client.builder()
                    .proxy("second.test", 1082)
                    .gssapi(user)
                    .build()
                    .through(first);
            AuthenticationFailedException e =
                    catchThrowableOfType(AuthenticationFailedException.class, () -> chain.connect(DESTINATION));
            assertThat(e.proxy()).hasValue(Endpoint.of("second.test", 1082));
            proxy.received();
            user.assertClosed(2);
        }
    }
}
