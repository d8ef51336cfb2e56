package dev.socks5.client;

import static dev.socks5.codec.ProtectionLevel.CONFIDENTIALITY;
import static dev.socks5.codec.ProtectionLevel.INTEGRITY;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.client.internal.layer.Closing;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.testing.GssapiPeer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the tunnel ends under a protection, and what ends it. */
@Timeout(60)
class GssapiTunnelEndTest {

    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);
    private static final byte[] ABC = {'a', 'b', 'c'};

    private final GssapiUser user = new GssapiUser(INTEGRITY);

    /** What the proxy does with the tunnel; it is closed then. */
    @FunctionalInterface
    private interface Tunnel {
        void play(GssapiPeer peer, ScriptedProxy.Client client) throws Exception;
    }

    private static ScriptedProxy proxy(ProtectionLevel level, Tunnel tunnel) throws IOException {
        return new ScriptedProxy(client -> tunnel.play(GssapiPeer.of(client).open(level), client));
    }

    private static ScriptedProxy proxy(Tunnel tunnel) throws IOException {
        return proxy(INTEGRITY, tunnel);
    }

    private Socket connect(ScriptedProxy proxy) throws IOException {
        return proxy.clientBuilder().gssapi(user).build().connect(DESTINATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"changed", "replayed", "missing one", "abort", "in clear", "not encrypted"})
    void whatTheProxyHasNotSentNextClosesTheSocket(String what) throws Exception {
        GssapiUser confidential = new GssapiUser(CONFIDENTIALITY);
        try (ScriptedProxy proxy = proxy(CONFIDENTIALITY, (peer, client) -> {
            byte[] first = peer.wrapped(ABC);
            byte[] second = peer.wrapped((byte) 'd');
            byte[] third = peer.wrapped((byte) 'e');
            byte[] changed = second.clone();
            changed[10] ^= 1;
            byte[] turned = second.clone();
            turned[5] = 0; // says that it is not encrypted
            peer.send(first);
            switch (what) {
                case "changed" -> peer.send(changed);
                case "replayed" -> peer.send(first);
                case "missing one" -> peer.send(third);
                case "abort" -> peer.send((byte) 1, (byte) 0xFF);
                case "in clear" -> peer.send("HTTP/1.1 200 OK".getBytes(US_ASCII));
                default -> peer.send(unencrypted(turned));
            }
            peer.send(what.equals("missing one") ? second : third);
            client.awaitEnd();
        })) {
            Socket socket = proxy.clientBuilder().gssapi(confidential).build().connect(DESTINATION);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            assertThat(in.readNBytes(3)).isEqualTo(ABC);
            assertThatThrownBy(in::read).isInstanceOf(Socks5Exception.class);
            assertThat(socket.isClosed()).isTrue();
            confidential.assertClosed(1);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
                assertThatThrownBy(in::available).isInstanceOf(SocketException.class);
                assertThatThrownBy(() -> out.write(1)).isInstanceOf(SocketException.class);
            }
            proxy.received();
        }
    }

    /** Makes the checksum right again: a mechanism that does integrity alone. */
    private static byte[] unencrypted(byte[] message) {
        int sum = 1;
        for (int i = 4; i < message.length - 4; i++) {
            sum = 31 * sum + message[i];
        }
        ByteBuffer.wrap(message).putInt(message.length - 4, sum);
        return message;
    }

    @Test
    void whatIsNoneOfTheProxysMessagesSaysWhy() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    peer.send("HTTP/1.1".getBytes(US_ASCII));
                    client.awaitEnd();
                });
                Socket socket = connect(proxy)) {
            InputStream in = socket.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(MalformedMessageException.class);
            assertThatThrownBy(in::read)
                    .hasMessageContaining("protected")
                    .hasCauseInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void anEndWithinAMessageIsNoEnd() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    peer.send(peer.wrapped(ABC));
                    byte[] message = peer.wrapped(ABC);
                    peer.send(Arrays.copyOf(message, message.length - 1));
                });
                Socket socket = connect(proxy)) {
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(3)).isEqualTo(ABC);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(in::read)
                        .isInstanceOf(EOFException.class)
                        .hasMessageContaining("within a protected message");
            }
        }
    }

    @Test
    void eachDirectionEndsByItself() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    assertThat(peer.input().readAllBytes()).isEqualTo(ABC);
                    peer.output().write(ABC);
                });
                Socket socket = connect(proxy)) {
            socket.getOutputStream().write(ABC);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(ABC);
            proxy.received();
        }
    }

    @Test
    void inputThatIsShutDownHasEnded() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    peer.send(peer.wrapped(ABC));
                    client.awaitEnd();
                });
                Socket socket = connect(proxy)) {
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo('a');
            assertThat(in.available()).isEqualTo(2);
            socket.shutdownInput();
            assertThat(in.available()).isZero();
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void inputThatIsShutDownEndsForAThreadThatWaits() throws Exception {
        CountDownLatch part = new CountDownLatch(1);
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    peer.send((byte) 1, (byte) 3, (byte) 0);
                    part.countDown();
                    client.awaitEnd();
                });
                Socket socket = connect(proxy)) {
            InputStream in = socket.getInputStream();
            part.await();
            Blocked reader = Blocked.in(() -> assertThat(in.read()).isEqualTo(-1));
            assertThat(in.available()).isZero(); // It does not wait for the one that waits.
            socket.shutdownInput();
            assertThat(reader.failure()).isNull();
        }
    }

    @Test
    void closingEndsAThreadThatWaits() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> client.awaitEnd());
                Socket socket = connect(proxy)) {
            InputStream in = socket.getInputStream();
            Blocked reader = Blocked.in(() -> assertThat(in.read()).isEqualTo(-1));
            user.assertOpen(1);
            socket.close();
            assertThat(reader.failure()).isInstanceOf(SocketException.class);
            user.assertClosed(1);
            socket.close();
            proxy.received();
        }
    }

    @Test
    void whatWasReceivedCannotBeReadOnceItIsClosed() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    peer.send(peer.wrapped(ABC));
                    client.awaitEnd();
                });
                Socket socket = connect(proxy)) {
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo('a');
            socket.close();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
            assertThatThrownBy(in::available).isInstanceOf(SocketException.class);
        }
    }

    /** Between the end of the handshake and that of the connect. */
    @Test
    void closedAtTheLastMomentItLeavesNoContextOpen() throws Exception {
        AtomicReference<@Nullable Socket> socket = new AtomicReference<>();
        SocketFactory factory = mock(SocketFactory.class);
        when(factory.createSocket()).thenReturn(new Socket(Proxy.NO_PROXY) {
            @Override
            @SuppressWarnings("UnsynchronizedOverridesSynchronized") // One thread alone calls it.
            public void setSoTimeout(int timeout) throws SocketException {
                super.setSoTimeout(timeout);
                Socket outer = socket.get();
                if (timeout == 0 && outer != null) { // It is as it was before the handshake.
                    Closing.quietly(outer);
                }
            }
        });
        try (ScriptedProxy proxy = proxy((peer, client) -> client.awaitEnd())) {
            Socks5Client client = proxy.clientBuilder()
                    .gssapi(user)
                    .proxySocketFactory(factory)
                    .build();
            Socket outer = client.socketFactory().createSocket();
            socket.set(outer);
            var unused = catchThrowable(
                    () -> outer.connect(DESTINATION.toInetSocketAddress())); // It may see that it is closed.
            proxy.received();
            user.assertClosed(1);
        }
    }

    @Test
    void anInterruptEndsTheContextAsWell() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> client.awaitEnd());
                Socket socket = connect(proxy)) {
            InputStream in = socket.getInputStream();
            Blocked reader = Blocked.in(() -> assertThat(in.read()).isEqualTo(-1));
            reader.interrupt();
            assertThat(reader.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(socket.isClosed()).isTrue();
            user.assertClosed(1);
        }
    }
}
