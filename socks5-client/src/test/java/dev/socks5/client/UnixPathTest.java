package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy that listens on a Unix domain socket. */
@Timeout(60)
class UnixPathTest {

    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);
    private static final String REQUEST = "05 01 00 05 01 00 03 03 61 2e 62 00 50";

    @TempDir
    private Path directory;

    private Path path() {
        return directory.resolve("proxy.sock");
    }

    private PathFront front(ScriptedProxy proxy) throws IOException {
        return new PathFront(path(), proxy.address());
    }

    private Socks5Client client() {
        return Socks5Client.builder()
                .proxy(path())
                .connectTimeout(Duration.ofSeconds(15))
                .build();
    }

    @Test
    void everyKindOfConnectionGoesByAPath() throws Exception {
        List<Socks5Client> clients = List.of(
                client(),
                Socks5Client.of("socks5h://localhost" + path()),
                Socks5Client.fromEnvironment(Map.of("ALL_PROXY", "socks5h://localhost" + path()))
                        .orElseThrow());
        for (Socks5Client client : clients) {
            for (Opener opener : List.<Opener>of(
                    user -> user.connect(DESTINATION),
                    user -> user.socketFactory().createSocket("a.b", 80),
                    user -> new Socks5SocketFactory("socks5h://localhost" + path() + "?sendAhead")
                            .createSocket("a.b", 80))) {
                try (ScriptedProxy proxy = ScriptedProxy.tunnel(UnixPathTest::exchange);
                        PathFront front = front(proxy)) {
                    assertThat(front).isNotNull();
                    try (Socket socket = opener.open(client)) {
                        socket.getOutputStream().write(1);
                        assertThat(socket.getInputStream().read()).isEqualTo(2);
                        assertThat(socket.getInputStream().read()).isNegative();
                        assertThat(socket.getRemoteSocketAddress()).hasToString("a.b/<unresolved>:80");
                    }
                    assertThat(proxy.received()).isEqualTo(REQUEST + " 01");
                }
                Files.delete(path());
            }
        }
    }

    @FunctionalInterface
    private interface Opener {
        Socket open(Socks5Client client) throws IOException;
    }

    private static void exchange(ScriptedProxy.Client client) throws IOException {
        client.expect("01");
        client.send("02");
        client.socket().shutdownOutput();
        client.awaitEnd();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void channelsGoByAPath(boolean waits) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(UnixPathTest::exchange);
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            ByteBuffer first = ByteBuffer.wrap(new byte[] {1});
            try (SocketChannel channel = waits
                    ? client().openChannel(DESTINATION, first)
                    : client().connectAsync(DESTINATION, first).get(15, TimeUnit.SECONDS)) {
                assertThat(channel.isBlocking()).isEqualTo(waits);
                assertThat(channel.isRegistered()).isFalse();
                channel.configureBlocking(true);
                ByteBuffer in = ByteBuffer.allocate(2);
                assertThat(channel.read(in)).isEqualTo(1);
                assertThat(channel.read(in)).isNegative();
                assertThat(channel.getRemoteAddress()).isEqualTo(UnixDomainSocketAddress.of(path()));
            }
            assertThat(proxy.received()).isEqualTo(REQUEST + " 01");
        }
    }

    @Test
    void isTheFirstOfAChain() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    client.acceptTunnel();
                    client.acceptTunnel();
                    client.awaitEnd();
                });
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            Socks5Client second =
                    Socks5Client.builder().proxy("second.test", 1082).build();
            second.through(client()).connect(DESTINATION).close();
            assertThat(proxy.received()).endsWith(REQUEST);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client().through(second))
                    .withMessageContaining("only the first proxy of a chain can be a Unix domain socket");
        }
    }

    @Test
    void carriesManyBytesBothWays() throws Exception {
        CompletableFuture<Long> echoed = new CompletableFuture<>();
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::echo);
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            try (Socket socket = client().connect(DESTINATION)) {
                Thread reader = new Thread(() -> {
                    try {
                        echoed.complete(Checksums.read(socket.getInputStream()));
                    } catch (Throwable e) {
                        echoed.completeExceptionally(e);
                    }
                });
                reader.start();
                long sent = Checksums.write(socket.getOutputStream(), 3);
                socket.shutdownOutput();
                assertThat(echoed.get()).isEqualTo(sent);
            }
            proxy.received();
        }
    }

    @Test
    void aReadTimeoutLosesNothing() throws Exception {
        CountDownLatch timedOut = new CountDownLatch(1);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    timedOut.await();
                    client.send("2a");
                    client.awaitEnd();
                });
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            try (Socket socket = client().connect(DESTINATION)) {
                assertThat(socket.getSoTimeout()).isZero();
                Duration limit = Duration.ofMillis(60);
                socket.setSoTimeout((int) limit.toMillis());
                long start = System.nanoTime();
                assertThatThrownBy(socket.getInputStream()::read).isInstanceOf(SocketTimeoutException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(limit, limit.plusSeconds(4));
                timedOut.countDown();
                socket.setSoTimeout(10_000);
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptAndCloseEndARead(boolean interrupt) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            Socket socket = client().connect(DESTINATION);
            assertEnds(
                    interrupt, socket, Blocked.in(() -> socket.getInputStream().read()));
            proxy.received();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptAndCloseEndAWrite(boolean interrupt) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> over.await());
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            Socket socket = client().connect(DESTINATION);
            AtomicLong written = new AtomicLong();
            Blocked blocked = Blocked.in(() -> {
                while (true) {
                    socket.getOutputStream().write(new byte[0x10000]);
                    written.incrementAndGet();
                }
            });
            Eventually.isStuck(written::get);
            assertEnds(interrupt, socket, blocked);
            over.countDown();
        }
    }

    private static void assertEnds(boolean interrupt, Socket socket, Blocked blocked) throws Exception {
        if (interrupt) {
            blocked.interrupt();
            assertThat(blocked.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(blocked.wasInterrupted()).isTrue();
        } else {
            socket.close();
            assertThat(blocked.failure()).isExactlyInstanceOf(SocketException.class);
        }
        assertThat(socket.isClosed()).isTrue();
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void aShutInputIsAtItsEnd() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            try (Socket socket = client().connect(DESTINATION)) {
                InputStream in = socket.getInputStream();
                Blocked reader = Blocked.in(() -> assertThat(in.read()).isNegative());
                socket.shutdownInput();
                assertThat(reader.failure()).isNull();
                socket.getOutputStream().write(9);
            }
            assertThat(proxy.received()).endsWith(" 09");
        }
    }

    @Test
    void optionsOfTcpAreKeptAndMeanNothing() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            Socket socket = client().socketFactory().createSocket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(7_000);
            socket.connect(InetSocketAddress.createUnresolved("a.b", 80));
            assertThat(socket.getSoTimeout()).isEqualTo(7_000);
            for (boolean on : new boolean[] {true, false}) {
                socket.setTcpNoDelay(on);
                socket.setKeepAlive(on);
                assertThat(socket.getTcpNoDelay()).isEqualTo(on);
                assertThat(socket.getKeepAlive()).isEqualTo(on);
            }
            socket.setSoLinger(true, 3);
            assertThat(socket.getSoLinger()).isEqualTo(3);
            socket.setReceiveBufferSize(20_000);
            assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(20_000);
            assertThat(socket.getInputStream().available()).isZero();
            assertThatThrownBy(() -> socket.sendUrgentData(1)).isInstanceOf(SocketException.class);
            assertThat(socket.getLocalAddress()).isNotNull();
            socket.close();
            proxy.received();
        }
    }

    @Test
    void theDeadlineHolds() throws Exception {
        Duration limit = Duration.ofMillis(200);
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd);
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            Socks5Client client =
                    Socks5Client.builder().proxy(path()).connectTimeout(limit).build();
            long start = System.nanoTime();
            assertThatThrownBy(() -> client.connect(DESTINATION))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("no tunnel to a.b:80 through the proxy " + path() + " within 200 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(limit, limit.plusSeconds(4));
        }
    }

    @Test
    void aRefusalClosesTheConnection() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    client.greet(ScriptedProxy.NO_AUTHENTICATION);
                    client.readRequest();
                    client.send("05 05 00 01 00 00 00 00 00 00");
                    client.awaitEnd();
                });
                PathFront front = front(proxy)) {
            assertThat(front).isNotNull();
            assertThatThrownBy(() -> client().connect(DESTINATION)).isInstanceOf(RequestRejectedException.class);
            proxy.received();
        }
    }

    private void assertUnreachable(Path path, String reason) {
        Socks5Client client = Socks5Client.builder().proxy(path).build();
        assertThatThrownBy(() -> client.connect(DESTINATION))
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot reach the proxy " + path + ": " + reason);
        assertThatThrownBy(() -> client.openChannel(DESTINATION)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> client.connectAsync(DESTINATION).get(15, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot reach the proxy " + path + ": " + reason);
    }

    @Test
    void failuresSayWhatIsWrongWithThePath() throws Exception {
        assertUnreachable(path(), "No such file or directory");
        Files.createFile(path());
        assertUnreachable(path(), "Connection refused");
        Files.delete(path());
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path()))
                .close();
        assertUnreachable(path(), "Connection refused");
        assertUnreachable(directory.resolve("x".repeat(120)), "Unix domain path too long");
    }

    @Test
    void aPathMayBeForbidden() throws Exception {
        assumeThat(System.getProperty("user.name")).isNotEqualTo("root");
        try (ServerSocketChannel listener =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path()))) {
            assertThat(listener.isOpen()).isTrue();
            Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("---------"));
            assertUnreachable(path(), "Permission denied");
        }
    }

    /** There is no way to wait for room without a thread: to connect without waiting fails then. */
    @Test
    void aFullQueueIsWaitedFor() throws Exception {
        try (ServerSocketChannel listener =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path()), 1)) {
            List<SocketChannel> queue = fill();
            Socks5Client impatient = Socks5Client.builder()
                    .proxy(path())
                    .connectTimeout(Duration.ofMillis(200))
                    .build();
            assertThatThrownBy(() -> impatient.connect(DESTINATION)).isInstanceOf(SocketTimeoutException.class);
            Blocked interrupted = Blocked.in(() -> client().connect(DESTINATION));
            interrupted.interrupt();
            assertThat(interrupted.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThatThrownBy(() -> client().connectAsync(DESTINATION).get(15, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ConnectException.class)
                    .hasMessageContaining("cannot reach the proxy " + path() + ": ");
            Blocked patient = Blocked.in(() -> client().connect(DESTINATION).close());
            for (SocketChannel each : queue) {
                listener.accept().close();
                each.close();
            }
            try (SocketChannel last = listener.accept()) {
                last.read(ByteBuffer.allocate(3));
                last.write(ByteBuffer.wrap(new byte[] {5, 0}));
                last.read(ByteBuffer.allocate(10));
                last.write(ByteBuffer.wrap(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0}));
                assertThat(patient.failure()).isNull();
            }
        }
    }

    private List<SocketChannel> fill() throws IOException {
        List<SocketChannel> queue = new ArrayList<>();
        while (true) {
            SocketChannel next = SocketChannel.open(StandardProtocolFamily.UNIX);
            next.configureBlocking(false);
            try {
                next.connect(UnixDomainSocketAddress.of(path()));
                queue.add(next);
            } catch (SocketException e) {
                next.close(); // Full.
                return queue;
            }
        }
    }

    @Test
    void aDestinationMayStillGoDirect() throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Socks5Client client = Socks5Client.builder()
                    .proxy(path())
                    .direct(destination -> true)
                    .build();
            Endpoint there = Endpoint.of("127.0.0.1", origin.getLocalPort());
            client.connect(there).close();
            client.openChannel(there).close();
            client.connectAsync(there).get(15, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void aSocketThatIsBoundToAPortCannotGoThere() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                PathFront front = front(proxy);
                Socket socket = client().socketFactory().createSocket()) {
            assertThat(front).isNotNull();
            socket.bind(new InetSocketAddress("127.0.0.1", 0));
            assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("a.b", 80)))
                    .isExactlyInstanceOf(BindException.class) // which is no fault of a proxy
                    .hasMessageContaining("bound");
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @Test
    void datagramsAreRefused() {
        assertThatThrownBy(() -> client().associate())
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessageContaining(path().toString());
    }

    @Test
    void aBindGoesByAPath() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                    client.greet(ScriptedProxy.NO_AUTHENTICATION);
                    client.readRequest();
                    client.send("05 00 00 01 c6 33 64 07 10 e1 05 00 00 01 c0 00 02 01 00 50 2a");
                    client.awaitEnd();
                });
                PathFront front = front(proxy);
                RemoteListener listener = client().bind()) {
            assertThat(front).isNotNull();
            assertThat(listener.address()).isEqualTo(Endpoint.of("198.51.100.7", 4321));
            try (Socket socket = listener.accept(Duration.ofSeconds(15))) {
                assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            }
        }
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        int before = Eventually.descriptors();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> client().connect(DESTINATION)).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> client().openChannel(DESTINATION)).isInstanceOf(ConnectException.class);
        }
        assertThat(Eventually.descriptors()).isLessThan(before + 20);
        for (int i = 0; i < 10; i++) {
            try (ScriptedProxy proxy = ScriptedProxy.tunnel(UnixPathTest::exchange);
                    PathFront front = front(proxy)) {
                assertThat(front).isNotNull();
                try (Socket socket = client().connect(DESTINATION)) {
                    socket.getOutputStream().write(1);
                    assertThat(socket.getInputStream().readAllBytes()).hasSize(1);
                }
                proxy.received();
            }
            Files.delete(path());
        }
        Eventually.isTrue("closed", () -> Eventually.descriptors() < before + 20);
    }

    @Test
    void aPathGoesWithNoTlsAndNoFactory() throws Exception {
        Socks5ClientBuilder tls = Socks5Client.builder().proxy(path()).tls(SSLContext.getDefault());
        assertThatThrownBy(tls::build).isInstanceOf(IllegalStateException.class).hasMessageContaining("TLS");
        Socks5ClientBuilder factory =
                Socks5Client.builder().proxy(path()).proxySocketFactory(SocketFactory.getDefault());
        assertThatThrownBy(factory::build).isInstanceOf(IllegalStateException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Socks5Client.builder().proxy(Path.of("")));
        assertThatIllegalArgumentException().isThrownBy(() -> Socks5Client.of("socks5hs://localhost/run/proxy.sock"));
    }

    @Test
    void theJdksOwnRouteIsRefused() {
        assertThatThrownBy(() -> client().proxySelector())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Unix domain sockets");
        assertThatThrownBy(() -> client().authenticator(null)).isInstanceOf(UnsupportedOperationException.class);
    }
}
