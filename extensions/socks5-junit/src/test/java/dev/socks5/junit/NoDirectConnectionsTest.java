package dev.socks5.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.AssertionFailedError;

/** Each way past the proxy that the JDK has fails a guarded test, though the test swallows all exceptions. */
class NoDirectConnectionsTest {

    private static final byte[] PING = {1};

    /** Where the leaks lead; nothing may arrive there. */
    private static ServerSocketChannel origin;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void open() throws IOException {
        origin = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        origin.configureBlocking(false);
    }

    @AfterAll
    static void close() throws IOException {
        origin.close();
    }

    static Stream<Arguments> leaks() {
        return Stream.of(
                leak("Socket", "connection to", () -> new Socket("127.0.0.1", port())),
                leak("Socket past socksProxyHost", "connection to", () -> {
                    try (Socket socket = new Socket(Proxy.NO_PROXY)) {
                        socket.connect(address());
                    }
                }),
                leak("SocketChannel", "connection to", () -> SocketChannel.open(address())),
                leak("SocketChannel, with a limit", "connection to", () -> {
                    try (SocketChannel channel = SocketChannel.open()) {
                        channel.socket().connect(address(), 1_000);
                    }
                }),
                leak("SocketChannel, not blocking", "connection to", () -> {
                    try (SocketChannel channel = SocketChannel.open()) {
                        channel.configureBlocking(false);
                        channel.connect(address());
                    }
                }),
                leak("AsynchronousSocketChannel", "connection to", () -> {
                    try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
                        channel.connect(address()).get();
                    }
                }),
                leak("HttpURLConnection", "connection to", () -> {
                    HttpURLConnection connection =
                            (HttpURLConnection) uri("127.0.0.1").toURL().openConnection(Proxy.NO_PROXY);
                    connection.getResponseCode();
                }),
                leak("DatagramSocket, connected", "connection to", () -> {
                    try (DatagramSocket socket = new DatagramSocket()) {
                        socket.connect(address());
                    }
                }),
                leak("DatagramSocket", "datagram to", () -> {
                    try (DatagramSocket socket = new DatagramSocket()) {
                        socket.send(new DatagramPacket(PING, PING.length, address()));
                    }
                }),
                leak("DatagramChannel", "datagram to", () -> {
                    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
                        channel.send(ByteBuffer.wrap(PING), address());
                    }
                }),
                leak("DatagramChannel, connected", "connection to", () -> {
                    try (DatagramChannel channel = DatagramChannel.open()) {
                        channel.connect(address());
                    }
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("leaks")
    void eachConnectionIsRefusedAndReported(String name, String kind, Guarded.Deed leak) throws IOException {
        assertThat(Guarded.swallowing(leak))
                .get()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(AssertionFailedError.class)
                        .hasMessageContaining("* " + kind + " 127.0.0.1:" + port() + ", thread \"main\"\n    at ")
                        .hasMessageContaining(NoDirectConnectionsTest.class.getName()));
        assertThat(origin.accept()).isNull();
    }

    static Stream<Arguments> lookups() {
        return Stream.of(
                leak("InetAddress", "", () -> InetAddress.getByName("leak.example.com")),
                leak("all addresses", "", () -> InetAddress.getAllByName("leak.example.com")),
                leak("InetSocketAddress", "", () -> new InetSocketAddress("leak.example.com", port())),
                leak("Socket", "", () -> new Socket("leak.example.com", port())),
                leak(
                        "HttpURLConnection",
                        "",
                        () -> uri("leak.example.com").toURL().getContent()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lookups")
    void eachLookupIsRefusedAndReported(String name, String kind, Guarded.Deed leak) {
        assertThat(Guarded.swallowing(leak))
                .get()
                .satisfies(failure -> assertThat(failure)
                        .isInstanceOf(AssertionFailedError.class)
                        .hasMessageContaining("* look-up of leak.example.com, thread \"main\"\n    at "));
    }

    /** Its connection goes through the proxy, and the name does not: the JDK looks it up before it asks the proxy. */
    @Test
    void aUrlConnectionWithASocksProxyLooksTheNameUp() throws IOException {
        try (Socks5TestProxy proxy = Socks5TestProxy.start()) {
            assertThat(Guarded.swallowing(() -> uri("leak.example.com")
                            .toURL()
                            .openConnection(proxy.proxy())
                            .getContent()))
                    .get()
                    .satisfies(failure -> assertThat(failure)
                            .hasMessageContaining("* look-up of leak.example.com")
                            .hasMessageContaining("before it asks a SOCKS proxy"));
        }
    }

    @Test
    void aNameIsNotLookedUpByItsAddressEither() throws IOException {
        InetAddress address = InetAddress.getByName("192.0.2.1");
        assertThat(Guarded.failure(() -> assertThat(address.getHostName()).isEqualTo("192.0.2.1")))
                .get()
                .satisfies(failure ->
                        assertThat(failure).hasMessageContaining("* look-up of the name of 192.0.2.1, thread"));
    }

    @Test
    void aPingIsReported() throws IOException {
        InetAddress address = InetAddress.getByName("192.0.2.1");
        assertThat(Guarded.swallowing(() -> address.isReachable(1)))
                .get()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("* ping to 192.0.2.1, thread"));
    }

    @Test
    void aUnixDomainSocketIsReported() throws IOException {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("origin"));
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(path);
            listener.configureBlocking(false);
            assertThat(Guarded.swallowing(() -> SocketChannel.open(path)))
                    .get()
                    .satisfies(failure ->
                            assertThat(failure).hasMessageContaining("* connection to unix:" + path + ", thread"));
            assertThat(listener.accept()).isNull();
        }
    }

    @Test
    void whatTheCodeSeesIsAnIoException() {
        Guarded.Deed deed = () -> {
            assertThatThrownBy(() -> new Socket("127.0.0.1", port()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("@NoDirectConnections");
            assertThatThrownBy(() -> InetAddress.getByName("leak.example.com"))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("@NoDirectConnections");
        };
        assertThat(Guarded.failure(deed))
                .get()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageContaining("* connection to ")
                        .hasMessageContaining("* look-up of "));
    }

    private static Arguments leak(String name, String kind, Guarded.Deed deed) {
        return Arguments.of(name, kind, deed);
    }

    private static int port() throws IOException {
        return address().getPort();
    }

    private static InetSocketAddress address() throws IOException {
        return (InetSocketAddress) origin.getLocalAddress();
    }

    private static URI uri(String host) throws IOException {
        return URI.create("http://" + host + ":" + port() + "/");
    }
}
