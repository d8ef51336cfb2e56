package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.socks5.client.internal.dial.Resolver;
import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A hook sees each socket of a client once, before it is connected, and no other. */
@Timeout(60)
class SocketHookTest {

    private static final Endpoint DESTINATION = Failures.DESTINATION;
    private static final String NAME = "several.example";

    /** Writes down what it sees; may refuse an address. */
    private static final class Recorder implements SocketHook {
        private final Queue<String> seen = new ConcurrentLinkedQueue<>();
        private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
        private final Queue<DatagramSocket> datagramSockets = new ConcurrentLinkedQueue<>();
        private final String refused;
        private final Exception refusal;

        private Recorder() {
            this("none", new IOException());
        }

        private Recorder(String refused, Exception refusal) {
            this.refused = refused;
            this.refusal = refusal;
        }

        @Override
        public void prepare(Socket socket, InetAddress target) throws IOException {
            sockets.add(socket);
            boolean pending = socket.getChannel() != null && socket.getChannel().isConnectionPending();
            boolean asNew = !socket.isClosed() && !socket.isBound() && !socket.isConnected() && !pending;
            socket.setReceiveBufferSize(4_096);
            note("TCP " + target.getHostAddress() + (asNew ? "" : " too late"), target);
        }

        @Override
        public void prepare(DatagramSocket socket, InetAddress target) throws IOException {
            datagramSockets.add(socket);
            boolean asNew = !socket.isClosed() && !socket.isBound() && !socket.isConnected();
            socket.setReceiveBufferSize(4_096);
            note("UDP " + target.getHostAddress() + (asNew ? "" : " too late"), target);
        }

        private void note(String sight, InetAddress target) throws IOException {
            seen.add(sight);
            if (target.getHostAddress().equals(refused)) {
                SocketHookTest.<IOException>rethrow(refusal);
            }
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> void rethrow(Exception e) throws E {
        throw (E) e;
    }

    private final Recorder hook = new Recorder();

    private static ScriptedProxy tunnel() throws IOException {
        return ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
    }

    private static Resolver resolver(String... addresses) {
        return name -> {
            List<InetAddress> found = new ArrayList<>();
            for (String address : addresses) {
                found.add(InetAddress.getByName(address));
            }
            return found;
        };
    }

    @ParameterizedTest
    @EnumSource
    void theSocketToTheProxy(Way way) throws Exception {
        try (ScriptedProxy proxy = tunnel()) {
            Socks5Client client = proxy.clientBuilder().socketHook(hook).build();
            try (Closeable opened = way.open(client, DESTINATION)) {
                assertThat(opened).isNotNull();
                assertThat(hook.seen).containsExactly("TCP 127.0.0.1");
                assertThat(hook.sockets.remove().getRemoteSocketAddress()).isEqualTo(proxy.address());
            }
            proxy.received();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSocketOfADestinationThatGoesDirect(Way way) throws Exception {
        try (ServerSocket origin = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            Socks5Client client = Socks5Client.builder()
                    .proxy("127.0.0.9", 9)
                    .direct(all -> true)
                    .socketHook(hook)
                    .build();
            try (Closeable opened = way.open(client, Endpoint.of("127.0.0.1", origin.getLocalPort()))) {
                origin.accept().close();
                assertThat(opened).isNotNull();
                assertThat(hook.seen).containsExactly("TCP 127.0.0.1");
            }
        }
    }

    /** The next attempt starts at once, and a hook that refuses one address leaves nothing of it. */
    @ParameterizedTest
    @EnumSource
    void theSocketOfEachAttempt(Way way) throws Exception {
        Recorder refusing = new Recorder("127.0.0.2", new ConnectException("not this way"));
        try (ScriptedProxy proxy =
                new ScriptedProxy(Ports.free(), ScriptedProxy.tunnelling(ScriptedProxy.Client::awaitEnd))) {
            Socks5Client client = proxy.clientBuilder()
                    .proxy(NAME, proxy.address().getPort())
                    .resolver(resolver("127.0.0.2", "127.0.0.3", "127.0.0.1"))
                    .socketHook(refusing)
                    .build();
            try (Closeable opened = way.open(client, DESTINATION)) {
                assertThat(opened).isNotNull();
                assertThat(refusing.seen).containsExactly("TCP 127.0.0.2", "TCP 127.0.0.3", "TCP 127.0.0.1");
                assertThat(refusing.sockets).filteredOn(Socket::isClosed).hasSize(2);
            }
            proxy.received();
        }
    }

    @Test
    void theSocketsOfAFactory() throws Exception {
        Queue<Socket> made = new ArrayDeque<>();
        try (ScriptedProxy proxy =
                new ScriptedProxy(Ports.free(), ScriptedProxy.tunnelling(ScriptedProxy.Client::awaitEnd))) {
            Socks5Client client = proxy.clientBuilder()
                    .proxy(NAME, proxy.address().getPort())
                    .resolver(resolver("127.0.0.2", "127.0.0.1"))
                    .proxySocketFactory(new PlainFactory(made, new ArrayDeque<>()))
                    .socketHook(hook)
                    .build();
            client.connect(DESTINATION).close();
            proxy.received();
            assertThat(hook.seen).containsExactly("TCP 127.0.0.2", "TCP 127.0.0.1");
            assertThat(hook.sockets).containsExactlyElementsOf(made);
        }
    }

    /** It is bound by its user, and no hook can have it before. */
    @Test
    void aSocketThatItsUserHasBound() throws Exception {
        try (ScriptedProxy proxy = tunnel();
                Socket socket = proxy.clientBuilder()
                        .socketHook(hook)
                        .build()
                        .socketFactory()
                        .createSocket()) {
            socket.bind(new InetSocketAddress("127.0.0.1", 0));
            assertThat(hook.seen).isEmpty();
            socket.connect(DESTINATION.toInetSocketAddress());
            assertThat(hook.seen).containsExactly("TCP 127.0.0.1 too late");
            socket.close();
            proxy.received();
        }
    }

    @Test
    void theSocketOfABind() throws Exception {
        try (ScriptedProxy proxy = tunnel()) {
            proxy.clientBuilder().socketHook(hook).build().bind().close();
            assertThat(hook.seen).containsExactly("TCP 127.0.0.1");
            proxy.received();
        }
    }

    @Test
    void theSocketsOfAnAssociation() throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay();
                Socks5DatagramSocket socket =
                        relay.proxy().clientBuilder().socketHook(hook).build().associate()) {
            assertThat(hook.seen).containsExactly("TCP 127.0.0.1", "UDP 127.0.0.1");
            assertThat(hook.datagramSockets).containsExactly(socket);
            assertThat(socket.getLocalAddress()).isEqualTo(InetAddress.getByName("127.0.0.1"));
            socket.send(DESTINATION, new byte[] {0x2a}, 0, 1);
            assertThat(relay.receive()).endsWith("2a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void noSocketOfAPath(Way way, @TempDir Path folder) throws Exception {
        Path path = folder.resolve("proxy.sock");
        try (ScriptedProxy proxy = tunnel();
                PathFront front = new PathFront(path, proxy.address())) {
            assertThat(front).isNotNull();
            Socks5Client client =
                    Socks5Client.builder().proxy(path).socketHook(hook).build();
            way.open(client, DESTINATION).close();
            proxy.received();
            assertThat(hook.seen).isEmpty();
        }
    }

    /** Neither a timeout nor a refusal of the proxy, whatever kind of exception it is. */
    @ParameterizedTest
    @EnumSource
    void aRefusalIsTheFailure(Way way) throws Exception {
        Recorder refusing = new Recorder("127.0.0.1", new SocketTimeoutException("not protected"));
        Socks5Client client = Socks5Client.builder()
                .proxy("127.0.0.1", 9)
                .socketHook(refusing)
                .build();
        assertThatThrownBy(() -> way.open(client, DESTINATION).close())
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot reach the proxy 127.0.0.1:9: the socket hook has refused: not protected")
                .hasRootCause(refusing.refusal);
        assertThat(refusing.sockets).hasSize(1).allMatch(Socket::isClosed);
    }

    /** The next step would fail by an exception of the JDK, which says nothing of the hook. */
    @ParameterizedTest
    @EnumSource
    void aSocketThatTheHookClosesIsItsFailure(Way way) {
        Socks5Client client = Socks5Client.builder()
                .proxy("127.0.0.1", 9)
                .socketHook(new Closer())
                .build();
        assertThatThrownBy(() -> way.open(client, DESTINATION).close())
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot reach the proxy 127.0.0.1:9: "
                        + "the socket was closed while the socket hook prepared it");
    }

    @Test
    void aSocketOfAnAssociationThatTheHookClosesIsItsFailure() throws Exception {
        SocketHook closing = new Closer() {
            @Override
            public void prepare(Socket socket, InetAddress target) {}
        };
        try (ScriptedRelay relay = new ScriptedRelay()) {
            Socks5Client client =
                    relay.proxy().clientBuilder().socketHook(closing).build();
            assertThatThrownBy(client::associate).hasMessage("the socket was closed while the socket hook prepared it");
            relay.proxy().received();
        }
    }

    private static class Closer implements SocketHook {
        @Override
        public void prepare(Socket socket, InetAddress target) throws IOException {
            socket.close();
        }

        @Override
        public void prepare(DatagramSocket socket, InetAddress target) {
            socket.close();
        }
    }

    /** It is a fault of the application, and nothing is tried after it. */
    @ParameterizedTest
    @EnumSource
    void anyOtherExceptionReachesTheCaller(Way way) {
        Recorder refusing = new Recorder("127.0.0.1", new IllegalStateException("on purpose"));
        Socks5Client client = Socks5Client.builder()
                .proxy(NAME, 9)
                .resolver(resolver("127.0.0.1", "127.0.0.2"))
                .socketHook(refusing)
                .build();
        assertThat(catchThrowable(() -> way.open(client, DESTINATION).close())).isEqualTo(refusing.refusal);
        assertThat(refusing.sockets).hasSize(1).allMatch(Socket::isClosed);
    }

    @Test
    void anAssociationWhoseSocketIsRefusedIsEnded() throws Exception {
        SocketHook refusing = new SocketHook() {
            @Override
            public void prepare(Socket socket, InetAddress target) throws IOException {
                hook.prepare(socket, target);
            }

            @Override
            public void prepare(DatagramSocket socket, InetAddress target) throws IOException {
                hook.prepare(socket, target);
                throw new IOException("not protected");
            }
        };
        try (ScriptedRelay relay = new ScriptedRelay()) {
            Socks5Client client =
                    relay.proxy().clientBuilder().socketHook(refusing).build();
            assertThatThrownBy(client::associate)
                    .isInstanceOf(IOException.class)
                    .hasMessage("the socket hook has refused: not protected");
            relay.proxy().received(); // Once the connection has ended.
            assertThat(hook.sockets).hasSize(1).allMatch(Socket::isClosed);
            assertThat(hook.datagramSockets).hasSize(1).allMatch(DatagramSocket::isClosed);
        }
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        assumeThat(Eventually.descriptors()).isNotNegative();
        Recorder refusing = new Recorder("127.0.0.1", new IOException("not protected"));
        Socks5Client client = Socks5Client.builder()
                .proxy("127.0.0.1", 9)
                .socketHook(refusing)
                .build();
        Throwable first = catchThrowable(() -> client.connectAsync(DESTINATION).get()); // Opens what stays.
        assertThat(first).isNotNull();
        int before = Eventually.descriptors();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> client.connectAsync(DESTINATION).get()).hasRootCause(refusing.refusal);
            assertThatThrownBy(() -> client.connect(DESTINATION)).hasRootCause(refusing.refusal);
        }
        Eventually.isTrue("all closed", () -> Eventually.descriptors() <= before);
    }

    @Test
    void inAChainTheFirstClientsHookIsCalled() throws Exception {
        Recorder second = new Recorder();
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            for (int i = 0; i < 2; i++) {
                client.greet(ScriptedProxy.NO_AUTHENTICATION);
                client.readRequest();
                client.send(ScriptedProxy.SUCCESS);
            }
            client.awaitEnd();
        })) {
            Socks5Client first = proxy.clientBuilder().socketHook(hook).build();
            Socks5ClientBuilder behind = Socks5Client.builder()
                    .proxy("second.example", 1080)
                    .connectTimeout(Duration.ofSeconds(15))
                    .socketHook(second);
            behind.build().through(first).connect(DESTINATION).close();
            proxy.received();
            assertThat(hook.seen).containsExactly("TCP 127.0.0.1");
            assertThat(second.seen).isEmpty();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> behind.build().through(proxy.client()))
                    .withMessageContaining("client of the first proxy");
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofSeveralProxiesEachClientsOwnHookIsCalled(Way way) throws Exception {
        Recorder refusing = new Recorder("127.0.0.1", new IOException("not this one"));
        try (ScriptedProxy proxy = tunnel()) {
            Socks5Client refused = Socks5Client.builder()
                    .proxy("127.0.0.1", 9)
                    .socketHook(refusing)
                    .build();
            Socks5Client other = proxy.clientBuilder().socketHook(hook).build();
            way.open(Socks5Client.inOrder(refused, other), DESTINATION).close();
            proxy.received();
            assertThat(refusing.sockets).hasSize(1).allMatch(Socket::isClosed);
            assertThat(hook.seen).containsExactly("TCP 127.0.0.1");
            assertThat(hook.sockets).doesNotContainAnyElementsOf(refusing.sockets);
        }
    }

    @Test
    void theTimeThatItTakesCounts() throws Exception {
        Duration limit = Duration.ofMillis(10);
        SocketHook slow = new Closer() {
            @Override
            public void prepare(Socket socket, InetAddress target) {
                long start = System.nanoTime();
                while (System.nanoTime() - start <= limit.toNanos()) {
                    Thread.onSpinWait();
                }
            }
        };
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
            Socks5Client client = Socks5Client.builder()
                    .proxy((InetSocketAddress) listener.getLocalAddress())
                    .connectTimeout(limit)
                    .socketHook(slow)
                    .build();
            assertThatThrownBy(() -> client.connect(DESTINATION)).isInstanceOf(SocketTimeoutException.class);
            assertThat(listener.accept()).isNull();
        }
    }

    /** It says nothing of the proxy. */
    @ParameterizedTest
    @EnumSource
    void noProxyIsPassedOverForIt(Way way) throws Exception {
        Recorder refusing = new Recorder("127.0.0.1", new IOException("not now"));
        try (Member a = new Member(Member.SERVES);
                Member b = new Member(Member.SERVES)) {
            Socks5Client client =
                    Socks5Client.inOrder(a.builder().socketHook(refusing).build(), b.client());
            way.open(client, DESTINATION).close();
            way.open(client, DESTINATION).close();
            assertThat(refusing.seen).hasSize(2);
            assertThat(b.met()).isEqualTo(2);
        }
    }

    /** The JDK's sockets would slip past it. */
    @Test
    void theJdkGetsNoSuchProxy() {
        Socks5Client client =
                Socks5Client.builder().proxy("127.0.0.1", 9).socketHook(hook).build();
        assertThatThrownBy(client::proxySelector).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> client.proxySelector(all -> true)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> client.authenticator(null)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Socks5ProxySelector.builder().otherwise(client))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
