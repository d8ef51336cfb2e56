package dev.socks5.client;

import static dev.socks5.codec.ProtectionLevel.CONFIDENTIALITY;
import static dev.socks5.codec.ProtectionLevel.INTEGRITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.testing.GssapiPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tunnel, under a protection. */
@Timeout(60)
class GssapiTunnelTest {

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

    @Test
    void theFirstOctetsMayComeWithTheReply() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    GssapiPeer peer = GssapiPeer.of(client).negotiate(INTEGRITY);
                    peer.request();
                    ByteArrayOutputStream both = new ByteArrayOutputStream();
                    both.writeBytes(peer.wrapped(new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 80, 'a', 'b'}));
                    both.writeBytes(peer.wrapped((byte) 'c'));
                    peer.send(both.toByteArray());
                });
                Socket socket = connect(proxy)) {
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(ABC);
            proxy.received();
        }
    }

    @Test
    void aMessageMayComeOctetByOctet() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    for (byte octet : peer.wrapped(ABC)) {
                        peer.send(octet);
                    }
                });
                Socket socket = connect(proxy)) {
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(ABC);
        }
    }

    @Test
    void aMessageMayHaveNoData() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    peer.send(peer.wrapped());
                    peer.send(peer.wrapped(ABC));
                    peer.send(peer.wrapped());
                });
                Socket socket = connect(proxy)) {
            InputStream in = socket.getInputStream();
            assertThat(in.read(new byte[0])).isZero();
            assertThat(in.read()).isEqualTo('a');
            assertThat(in.readAllBytes()).isEqualTo(new byte[] {'b', 'c'});
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void megabytesGoBothWaysAtOnce() throws Exception {
        GssapiUser confidential = new GssapiUser(CONFIDENTIALITY);
        byte[] there = new byte[8 << 20];
        byte[] back = new byte[8 << 20];
        new Random(1).nextBytes(there);
        new Random(2).nextBytes(back);
        CompletableFuture<byte[]> arrived = new CompletableFuture<>();
        try (ScriptedProxy proxy = proxy(INTEGRITY, (peer, client) -> {
                    InputStream in = peer.input();
                    Thread reader = new Thread(() -> {
                        try {
                            arrived.complete(in.readAllBytes());
                        } catch (Throwable e) {
                            arrived.completeExceptionally(e);
                        }
                    });
                    reader.start();
                    peer.output().write(back);
                    client.socket().shutdownOutput();
                    reader.join();
                });
                Socket socket =
                        proxy.clientBuilder().gssapi(confidential).build().connect(DESTINATION)) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(there);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(Arrays.equals(socket.getInputStream().readAllBytes(), back))
                    .isTrue();
            sent.get(20, TimeUnit.SECONDS);
            assertThat(Arrays.equals(arrived.get(20, TimeUnit.SECONDS), there)).isTrue();
            proxy.received();
        }
    }

    @Test
    void whatOneOfManyThreadsWritesStaysTogether() throws Exception {
        int threads = 8;
        int pieces = 40;
        int length = 70_000; // two messages
        CompletableFuture<byte[]> arrived = new CompletableFuture<>();
        try (ScriptedProxy proxy =
                        proxy((peer, client) -> arrived.complete(peer.input().readAllBytes()));
                Socket socket = connect(proxy)) {
            CompletableFuture<?>[] writers = new CompletableFuture<?>[threads];
            for (int i = 0; i < threads; i++) {
                byte[] piece = new byte[length];
                Arrays.fill(piece, (byte) i);
                CompletableFuture<Void> writer = new CompletableFuture<>();
                writers[i] = writer;
                new Thread(() -> {
                            try {
                                for (int n = 0; n < pieces; n++) {
                                    socket.getOutputStream().write(piece);
                                }
                                writer.complete(null);
                            } catch (Throwable e) {
                                writer.completeExceptionally(e);
                            }
                        })
                        .start();
            }
            CompletableFuture.allOf(writers).get(30, TimeUnit.SECONDS);
            socket.shutdownOutput();
            byte[] all = arrived.get(30, TimeUnit.SECONDS);
            assertThat(all).hasSize(threads * pieces * length);
            for (int start = 0; start < all.length; start += length) {
                byte[] piece = new byte[length];
                Arrays.fill(piece, all[start]);
                assertThat(Arrays.equals(all, start, start + length, piece, 0, length))
                        .isTrue();
            }
            proxy.received();
        }
    }

    @Test
    void aTimeoutWithinAMessageLosesNothing() throws Exception {
        CountDownLatch timedOut = new CountDownLatch(1);
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    byte[] message = peer.wrapped(ABC);
                    peer.send(Arrays.copyOf(message, 7));
                    timedOut.await();
                    peer.send(Arrays.copyOfRange(message, 7, message.length));
                });
                Socket socket = connect(proxy)) {
            socket.setSoTimeout(100);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            }
            timedOut.countDown();
            socket.setSoTimeout(0);
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(ABC);
        }
    }

    @Test
    void theHandshakesLimitsAreGoneAfterIt() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> client.awaitEnd());
                Socket socket = connect(proxy)) {
            assertThat(socket.getSoTimeout()).isZero();
        }
    }

    @Test
    void knowsHowMuchCanBeReadWithoutWaiting() throws Exception {
        CountDownLatch part = new CountDownLatch(1);
        CountDownLatch rest = new CountDownLatch(1);
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    byte[] message = peer.wrapped(ABC);
                    peer.send(Arrays.copyOf(message, 6));
                    part.countDown();
                    rest.await();
                    peer.send(Arrays.copyOfRange(message, 6, message.length));
                    client.awaitEnd();
                });
                Socket socket = connect(proxy)) {
            InputStream in = socket.getInputStream();
            part.await();
            assertThat(in.available()).isZero();
            rest.countDown();
            Eventually.isTrue("available", () -> {
                try {
                    return in.available() == 3;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(in.readNBytes(3)).isEqualTo(ABC);
        }
    }

    @Test
    void thereIsNoUrgentData() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    assertThat(peer.input().readAllBytes()).isEqualTo(ABC);
                });
                Socket socket = connect(proxy)) {
            assertThatThrownBy(() -> socket.sendUrgentData(1)).isInstanceOf(SocketException.class);
            socket.getOutputStream().write(ABC);
            socket.shutdownOutput();
            proxy.received();
        }
    }

    @Test
    void urgentDataThatComesIsDroppedAsEver() throws Exception {
        try (ScriptedProxy proxy = proxy((peer, client) -> {
                    client.socket().sendUrgentData(1);
                    peer.send(peer.wrapped(ABC));
                    client.awaitEnd();
                });
                Socket socket = connect(proxy)) {
            assertThat(socket.getOOBInline()).isFalse();
            assertThat(socket.getInputStream().readNBytes(3)).isEqualTo(ABC);
        }
    }

    @Test
    void saysNothingOfItsSecrets() throws Exception {
        GssapiUser alice = new GssapiUser("alice-secret", INTEGRITY, false);
        try (ScriptedProxy proxy = proxy((peer, client) -> client.awaitEnd())) {
            Socks5Client client = proxy.clientBuilder().gssapi(alice).build();
            try (Socket socket = client.connect(DESTINATION)) {
                assertThat(socket + " " + client + " " + client.socketFactory()).doesNotContain("secret");
            }
        }
    }
}
