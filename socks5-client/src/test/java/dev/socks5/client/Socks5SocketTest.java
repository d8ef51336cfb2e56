package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The socket behaves as sockets do. */
class Socks5SocketTest {

    private static final SocketAddress DESTINATION = InetSocketAddress.createUnresolved("example.com", 443);

    @Test
    void carriesOctetsBothWaysAndHalfCloses() throws Exception {
        byte[] payload = new byte[8192];
        new Random(1).nextBytes(payload);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.echo();
                    client.send("65 6e 64");
                });
                Socket socket = proxy.client().connect("example.com", 443)) {
            socket.getOutputStream().write(payload);
            socket.getOutputStream().write(0x2a);
            socket.shutdownOutput();
            assertThat(socket.isOutputShutdown()).isTrue();
            assertThat(socket.getInputStream().readNBytes(payload.length)).isEqualTo(payload);
            assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("end");
            assertThatThrownBy(socket::getOutputStream).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void writesOnAfterTheOtherSideHasEnded() throws Exception {
        byte[] payload = new byte[8192];
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.socket().shutdownOutput();
                    client.read(payload.length);
                    client.awaitEnd();
                });
                Socket socket = proxy.client().connect("example.com", 443)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            socket.getOutputStream().write(payload);
            socket.shutdownOutput();
            proxy.received();
        }
    }

    @Test
    void shutsDownItsInput() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                Socket socket = proxy.client().connect("example.com", 443)) {
            socket.shutdownInput();
            assertThat(socket.isInputShutdown()).isTrue();
            assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void closesWithItsStreams() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socket socket = proxy.client().connect("example.com", 443);
            socket.getInputStream().close();
            assertThat(socket.isClosed()).isTrue();
            socket.close();
            proxy.received();
        }
    }

    @Test
    void allThatIsCalledAfterCloseSaysSo() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socket socket = proxy.client().connect("example.com", 443);
            InputStream in = socket.getInputStream();
            socket.close();
            assertThatThrownBy(in::available).isInstanceOf(SocketException.class);
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> socket.sendUrgentData(1)).isInstanceOf(SocketException.class);
            proxy.received();
        }
    }

    @Test
    void tellsHowMuchIsThere() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> client.send("01 02 03"));
                Socket socket = proxy.client().connect("example.com", 443)) {
            assertThat(socket.getInputStream().read()).isEqualTo(1);
            proxy.received();
            assertThat(socket.getInputStream().available()).isEqualTo(2);
        }
    }

    @Test
    void readsWithATimeoutAndGoesOn() throws Exception {
        CountDownLatch timedOut = new CountDownLatch(1);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    timedOut.await();
                    client.send("2a");
                });
                Socket socket = proxy.client().connect("example.com", 443)) {
            socket.setSoTimeout(50);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            timedOut.countDown();
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
        }
    }

    @Test
    void reportsAResetAsSuch() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::reset);
                Socket socket = proxy.client().connect("example.com", 443)) {
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void keepsOptionsThatWereSetBefore() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                Socket socket = proxy.client().socketFactory().createSocket()) {
            setOptions(socket);
            assertOptions(socket);
            socket.connect(DESTINATION);
            assertOptions(socket);
        }
    }

    private static void setOptions(Socket socket) throws IOException {
        socket.setSoTimeout(1234);
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.setReuseAddress(true);
        socket.setOOBInline(true);
        socket.setSoLinger(true, 5);
        socket.setTrafficClass(0x10);
        socket.setSendBufferSize(16_384);
        socket.setReceiveBufferSize(16_384);
    }

    private static void assertOptions(Socket socket) throws IOException {
        assertThat(socket.getSoTimeout()).isEqualTo(1234);
        assertThat(socket.getTcpNoDelay()).isTrue();
        assertThat(socket.getKeepAlive()).isTrue();
        assertThat(socket.getReuseAddress()).isTrue();
        assertThat(socket.getOOBInline()).isTrue();
        assertThat(socket.getSoLinger()).isEqualTo(5);
        assertThat(socket.getTrafficClass()).isEqualTo(0x10);
        assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(16_384);
        assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(16_384);
    }

    @Test
    void turnsLingerOff() throws Exception {
        try (Socket socket = unconnected()) {
            assertThat(socket.getSoLinger()).isEqualTo(-1);
            socket.setSoLinger(true, 5);
            socket.setSoLinger(false, 0);
            assertThat(socket.getSoLinger()).isEqualTo(-1);
        }
    }

    @Test
    void takesOptionsByName() throws Exception {
        try (Socket socket = unconnected()) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(socket.supportedOptions())
                    .contains(StandardSocketOptions.SO_KEEPALIVE, StandardSocketOptions.TCP_NODELAY);
            SocketOption<Boolean> multicast = StandardSocketOptions.IP_MULTICAST_LOOP;
            assertThatThrownBy(() -> socket.getOption(multicast)).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void sendsUrgentData() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    client.socket().setOOBInline(true);
                    client.send("2a");
                    client.expect("07");
                });
                Socket socket = proxy.client().connect("example.com", 443)) {
            assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            socket.sendUrgentData(7);
            proxy.received();
        }
    }

    @Test
    void reportsTheDestinationByName() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socket socket = proxy.client().connect("example.com", 443);
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(DESTINATION);
            assertThat(socket.getPort()).isEqualTo(443);
            assertThat(socket.getInetAddress()).isNull();
            assertThat(socket.getChannel()).isNull();
            assertThat(socket)
                    .hasToString("Socks5Socket[example.com:443 through 127.0.0.1:%d]"
                            .formatted(proxy.address().getPort()));
            socket.close();
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(DESTINATION);
        }
    }

    @Test
    void reportsTheDestinationByAddress() throws Exception {
        Endpoint destination = Endpoint.of("2001:db8::1", 443);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd);
                Socket socket = proxy.client().connect(destination)) {
            assertThat(socket.getRemoteSocketAddress()).isEqualTo(destination.toInetSocketAddress());
            assertThat(socket.getInetAddress())
                    .isEqualTo(destination.toInetSocketAddress().getAddress());
        }
    }

    @Test
    void reportsItsLocalEnd() throws Exception {
        CountDownLatch checked = new CountDownLatch(1);
        SocketAddress[] seen = new SocketAddress[1];
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    seen[0] = client.socket().getRemoteSocketAddress();
                    client.send("2a");
                    checked.await();
                });
                Socket socket = proxy.client().connect("example.com", 443)) {
            assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
            assertThat(socket.getLocalSocketAddress()).isEqualTo(seen[0]);
            checked.countDown();
        }
    }

    @Test
    void isEmptyBeforeItIsConnected() throws Exception {
        try (Socket socket = unconnected()) {
            assertThat(socket.isConnected()).isFalse();
            assertThat(socket.isClosed()).isFalse();
            assertThat(socket.getRemoteSocketAddress()).isNull();
            assertThat(socket.getInetAddress()).isNull();
            assertThat(socket.getPort()).isZero();
            assertThat(socket.getLocalPort()).isEqualTo(-1);
            assertThat(socket).hasToString("Socks5Socket[unconnected]");
            assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void connectsOnce() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::echo);
                Socket socket = proxy.client().connect("example.com", 443)) {
            assertThatThrownBy(() -> socket.connect(DESTINATION)).isInstanceOf(SocketException.class);
            socket.getOutputStream().write(0x2a);
            assertThat(socket.getInputStream().read()).isEqualTo(0x2a);
        }
    }

    @Test
    void doesNotConnectAfterClose() throws Exception {
        Socket socket = unconnected();
        socket.close();
        assertThatThrownBy(() -> socket.connect(DESTINATION)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> socket.setSoTimeout(1)).isInstanceOf(SocketException.class);
    }

    @Test
    void isClosedAfterAFailure() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 05 00 01 00 00 00 00 00 00");
            client.awaitEnd();
        })) {
            Socket socket = proxy.client().socketFactory().createSocket();
            assertThatThrownBy(() -> socket.connect(DESTINATION)).isInstanceOf(RequestRejectedException.class);
            assertThat(socket.isClosed()).isTrue();
            assertThat(socket.isConnected()).isFalse();
            assertThatThrownBy(() -> socket.connect(DESTINATION)).isInstanceOf(SocketException.class);
            proxy.received();
        }
    }

    private static Socket unconnected() throws IOException {
        return Socks5Client.builder()
                .proxy("127.0.0.1", 1)
                .build()
                .socketFactory()
                .createSocket();
    }
}
