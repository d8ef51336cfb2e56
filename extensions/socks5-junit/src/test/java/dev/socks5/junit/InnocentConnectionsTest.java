package dev.socks5.junit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5DatagramSocket;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a guarded test may do without being blamed. */
class InnocentConnectionsTest {

    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    @Test
    void whatGoesThroughATestProxyPasses() throws Exception {
        try (Echo echo = new Echo();
                Socks5TestProxy proxy = Socks5TestProxy.start()) {
            proxy.resolve("echo.test", InetAddress.getLoopbackAddress());
            assertPasses(() -> {
                try (Socket socket = proxy.client().connect("echo.test", echo.port())) {
                    assertEchoes(socket);
                }
                try (Socket socket = proxy.client().connect("localhost", echo.port())) { // Looked up by the server.
                    assertEchoes(socket);
                }
                try (Socket socket = new Socket(proxy.proxy())) {
                    socket.connect(InetSocketAddress.createUnresolved("echo.test", echo.port()));
                    assertEchoes(socket);
                }
            });
            proxy.requireProxied("echo.test", echo.port());
        }
    }

    @Test
    void aProxyThatIsStartedInTheTestPasses() throws Exception {
        assertPasses(() -> {
            try (Echo echo = new Echo();
                    Socks5TestProxy proxy = Socks5TestProxy.start();
                    Socket socket = proxy.client().connect("127.0.0.1", echo.port())) {
                assertEchoes(socket);
            }
        });
    }

    @Test
    void datagramsThroughATestProxyPass() throws Exception {
        try (Socks5TestProxy proxy = Socks5TestProxy.start();
                DatagramSocket origin = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertPasses(() -> {
                try (Socks5DatagramSocket socket = proxy.client().associate()) {
                    socket.send(new DatagramPacket(HELLO, HELLO.length, origin.getLocalSocketAddress()));
                    DatagramPacket received = new DatagramPacket(new byte[HELLO.length], HELLO.length);
                    origin.receive(received);
                    assertThat(received.getData()).isEqualTo(HELLO);
                }
            });
        }
    }

    /** A server of the program itself: its clients are declared, and what it does for them is not direct. */
    @Test
    void whatAServerDoesPasses() throws Exception {
        AtomicBoolean lookedUp = new AtomicBoolean();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Echo echo = new Echo();
                Socks5Server server = Socks5Server.builder()
                        .listen(anyPort)
                        .resolver(name -> {
                            lookedUp.set(true);
                            return List.of(InetAddress.getAllByName("nobody..invalid")); // Nobody has to be asked.
                        })
                        .start()) {
            InetSocketAddress address = server.localAddresses().get(0);
            Socks5Client client = Socks5Client.builder().proxy(address).build();
            assertPasses(() -> {
                DirectConnections.allow(address);
                try (Socket socket = client.connect("127.0.0.1", echo.port())) {
                    assertEchoes(socket);
                }
                assertThatThrownBy(() -> client.connect("nobody.test", echo.port()))
                        .isInstanceOf(RequestRejectedException.class);
            });
            assertThat(lookedUp).isTrue();
        }
    }

    @Test
    void thisMachineMayAskForItself() throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        assertPasses(() -> {
            InetAddress.getByName("localhost");
            InetAddress.getByName("192.0.2.1");
            InetAddress.getByName("::1");
            loopback.getHostName();
            InetAddress.getLocalHost().getCanonicalHostName();
            InetAddress.getByName(InetAddress.getLocalHost().getHostName());
        });
    }

    @Test
    void listenersAndPipesPass() throws Exception {
        assertPasses(() -> {
            Pipe pipe = Pipe.open();
            pipe.sink().write(ByteBuffer.wrap(HELLO));
            pipe.sink().close();
            pipe.source().close();
            try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                DirectConnections.allow(listener.getLocalSocketAddress());
                new Socket(listener.getInetAddress(), listener.getLocalPort()).close();
                listener.accept().close();
            }
        });
    }

    @Test
    void aWildcardListenerIsAllowedAtEachAddress() throws Exception {
        assertPasses(() -> {
            try (ServerSocket listener = new ServerSocket(0)) {
                DirectConnections.allow(listener.getLocalSocketAddress());
                new Socket("127.0.0.1", listener.getLocalPort()).close();
            }
        });
    }

    @Test
    void anAllowedPathPasses(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("origin"));
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(path);
            assertPasses(() -> {
                DirectConnections.allow(path);
                SocketChannel.open(path).close();
            });
        }
    }

    private static void assertPasses(Guarded.Deed deed) {
        Optional<Throwable> failure = Guarded.failure(deed);
        assertThat(failure).isEmpty();
    }

    private static void assertEchoes(Socket socket) throws IOException {
        socket.getOutputStream().write(HELLO);
        assertThat(socket.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
    }
}
