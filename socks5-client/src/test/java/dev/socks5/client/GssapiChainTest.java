package dev.socks5.client;

import static dev.socks5.codec.ProtectionLevel.CONFIDENTIALITY;
import static dev.socks5.codec.ProtectionLevel.INTEGRITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.Request;
import dev.socks5.testing.GssapiPeer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several proxies in a row, and BIND, under protection. */
@Timeout(60)
class GssapiChainTest {

    private static final Endpoint SECOND = Endpoint.of("second.test", 1082);
    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);

    private static GssapiPeer pass(GssapiPeer peer, boolean secure, Endpoint expected) throws IOException {
        if (secure) {
            peer.negotiate(INTEGRITY);
        } else {
            peer.selectNothing();
        }
        assertThat(peer.accept()).isEqualTo(Request.connect(expected));
        return peer;
    }

    private static Socks5ClientBuilder with(Socks5ClientBuilder builder, boolean secure, GssapiUser user) {
        return secure ? builder.gssapi(user) : builder;
    }

    @ParameterizedTest
    @CsvSource({"true,false", "false,true", "true,true", "false,false"})
    void anyProxyOfAChainMayProtect(boolean firstIs, boolean secondIs) throws Exception {
        GssapiUser one = new GssapiUser("one", INTEGRITY, false);
        GssapiUser two = new GssapiUser("two", CONFIDENTIALITY, false);
        byte[] much = new byte[300_000];
        Arrays.fill(much, (byte) 7);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer first = pass(GssapiPeer.of(client), firstIs, SECOND);
            GssapiPeer second = pass(first.behind(), secondIs, DESTINATION);
            second.output().write(much);
            assertThat(second.input().readNBytes(much.length)).isEqualTo(much);
            client.awaitEnd();
        })) {
            Socks5Client first = with(proxy.clientBuilder(), firstIs, one).build();
            Socks5Client chain = with(Socks5Client.builder().proxy("second.test", 1082), secondIs, two)
                    .build()
                    .through(first);
            try (Socket socket = chain.connect(DESTINATION)) {
                assertThat(socket.getInputStream().readNBytes(much.length)).isEqualTo(much);
                socket.getOutputStream().write(much);
                one.assertOpen(firstIs ? 1 : 0);
                two.assertOpen(secondIs ? 1 : 0);
            }
            proxy.received();
            one.assertClosed(firstIs ? 1 : 0);
            two.assertClosed(secondIs ? 1 : 0);
            assertThat(one.proxies()).hasSize(firstIs ? 1 : 0).allMatch(Endpoint.of(proxy.address())::equals);
            assertThat(two.proxies()).hasSize(secondIs ? 1 : 0).allMatch(SECOND::equals);
            assertThat(one.commands()).allMatch(Command.CONNECT::equals);
        }
    }

    /** The first one selects the user name and password instead, so that no protection owns its context. */
    @Test
    void theContextOfAProxyThatDoesNotWantItIsClosedToo() throws Exception {
        GssapiUser one = new GssapiUser("one", INTEGRITY, false);
        GssapiUser two = new GssapiUser("two", INTEGRITY, false);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.LOGIN_SELECTED);
            client.readLogin();
            client.send("01 00");
            client.readRequest();
            client.send(ScriptedProxy.SUCCESS);
            pass(GssapiPeer.of(client), true, DESTINATION);
            client.awaitEnd();
        })) {
            Socks5Client first =
                    proxy.clientBuilder().gssapi(one).credentials("u", "p").build();
            Socks5Client chain = Socks5Client.builder()
                    .proxy("second.test", 1082)
                    .gssapi(two)
                    .build()
                    .through(first);
            try (Socket socket = chain.connect(DESTINATION)) {
                assertThat(socket.isConnected()).isTrue();
                one.assertClosed(1);
                two.assertOpen(1);
            }
            two.assertClosed(1);
        }
    }

    @Test
    void theFirstProxyCannotChangeWhatTheSecondHasProtected() throws Exception {
        GssapiUser two = new GssapiUser("two", INTEGRITY, false);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer first = pass(GssapiPeer.of(client), false, SECOND);
            GssapiPeer second = pass(first.behind(), true, DESTINATION);
            byte[] message = second.wrapped((byte) 1, (byte) 2);
            message[11] ^= 1;
            second.send(message);
            client.awaitEnd();
        })) {
            Socks5Client chain = Socks5Client.builder()
                    .proxy("second.test", 1082)
                    .gssapi(two)
                    .build()
                    .through(proxy.client());
            Socket socket = chain.connect(DESTINATION);
            InputStream in = socket.getInputStream();
            GssapiException e = catchThrowableOfType(GssapiException.class, in::read);
            assertThat(e.proxy()).hasValue(SECOND);
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
            assertThat(socket.isClosed()).isTrue();
            proxy.received();
            two.assertClosed(1);
        }
    }

    @Test
    void inputThatIsShutDownHasEndedWhateverIsHalfReceived() throws Exception {
        GssapiUser user = new GssapiUser(INTEGRITY);
        CountDownLatch part = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer first = pass(GssapiPeer.of(client), true, SECOND);
            pass(first.behind(), true, DESTINATION);
            first.send((byte) 1, (byte) 3, (byte) 0);
            part.countDown();
            client.awaitEnd();
        })) {
            Socks5Client chain = Socks5Client.builder()
                    .proxy("second.test", 1082)
                    .gssapi(user)
                    .build()
                    .through(proxy.clientBuilder().gssapi(user).build());
            try (Socket socket = chain.connect(DESTINATION)) {
                part.await();
                InputStream in = socket.getInputStream();
                Blocked reader = Blocked.in(() -> assertThat(in.read()).isEqualTo(-1));
                socket.shutdownInput();
                assertThat(reader.failure()).isNull();
            }
            user.assertClosed(2);
        }
    }

    @Test
    void bothRepliesOfABindComeUnderProtection() throws Exception {
        GssapiUser user = new GssapiUser(CONFIDENTIALITY);
        Endpoint peerAddress = Endpoint.of("192.0.2.9", 4711);
        CountDownLatch timedOut = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(INTEGRITY);
            assertThat(peer.request().command()).isEqualTo(Command.BIND);
            peer.reply(GssapiPeer.BOUND);
            byte[] second = peer.wrapped(new byte[] {5, 0, 0, 1, (byte) 192, 0, 2, 9, 0x12, 0x67, 0x2a});
            peer.send(Arrays.copyOf(second, 9));
            timedOut.await();
            peer.send(Arrays.copyOfRange(second, 9, second.length));
            assertThat(peer.input().read()).isEqualTo(0x2b);
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().gssapi(user).build();
            RemoteListener listener = client.bind();
            assertThat(listener.address()).isEqualTo(GssapiPeer.BOUND);
            assertThatThrownBy(() -> listener.accept(Duration.ofMillis(200)))
                    .isInstanceOf(SocketTimeoutException.class);
            timedOut.countDown();
            try (Socket socket = listener.accept()) {
                listener.close();
                assertThat(socket.getRemoteSocketAddress()).isEqualTo(peerAddress.toInetSocketAddress());
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a); // in one message with the reply
                socket.getOutputStream().write(0x2b);
                assertThatThrownBy(() -> socket.sendUrgentData(1)).isInstanceOf(SocketException.class);
                user.assertOpen(1);
            }
            proxy.received();
            user.assertClosed(1);
        }
    }

    @Test
    void aLimitHoldsAgainstAProxyThatDripsWhileItListens() throws Exception {
        GssapiUser user = new GssapiUser(INTEGRITY);
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(INTEGRITY);
            peer.request();
            peer.reply(GssapiPeer.BOUND);
            try {
                while (!over.await(20, TimeUnit.MILLISECONDS)) {
                    peer.send(peer.wrapped());
                }
            } catch (IOException e) {
                // It has hung up.
            }
        })) {
            try (RemoteListener listener =
                    proxy.clientBuilder().gssapi(user).build().bind()) {
                assertThatThrownBy(() -> listener.accept(Duration.ofMillis(300)))
                        .isInstanceOf(SocketTimeoutException.class);
                user.assertOpen(1);
            }
            user.assertClosed(1);
            over.countDown();
            proxy.received();
        }
    }

    @Test
    void aSecondReplyThatWasChangedClosesTheListener() throws Exception {
        GssapiUser user = new GssapiUser(INTEGRITY);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(INTEGRITY);
            peer.request();
            peer.reply(GssapiPeer.BOUND);
            byte[] second = peer.wrapped(new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 80});
            second[20] ^= 1;
            peer.send(second);
            client.awaitEnd();
        })) {
            RemoteListener listener = proxy.clientBuilder().gssapi(user).build().bind();
            assertThatThrownBy(listener::accept).isInstanceOf(GssapiException.class);
            user.assertClosed(1);
            assertThatThrownBy(listener::accept).isInstanceOf(SocketException.class);
            proxy.received();
        }
    }

    @Test
    void aLookUpLeavesNothingOpen() throws Exception {
        GssapiUser user = new GssapiUser(INTEGRITY);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(INTEGRITY);
            assertThat(peer.request().command()).isEqualTo(Command.RESOLVE);
            peer.reply(Endpoint.of("192.0.2.1", 0));
            client.awaitEnd();
        })) {
            assertThat(proxy.clientBuilder().gssapi(user).build().resolve("a.b").getHostAddress())
                    .isEqualTo("192.0.2.1");
            proxy.received();
            user.assertClosed(1);
        }
    }
}
