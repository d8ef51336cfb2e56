package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All the getters of {@link DatagramSocket}, at every moment of its life: a plain one and ours say the same. The JDK
 * has no SOCKS for datagrams.
 */
@Timeout(60)
class DatagramSocketContractTest {

    private ScriptedRelay relay;
    private DatagramSocket ours;
    private DatagramSocket plain;
    private InetSocketAddress peer;

    @BeforeEach
    void open() throws IOException {
        relay = new ScriptedRelay();
        ours = relay.associate();
        plain = new DatagramSocket(new InetSocketAddress(ours.getLocalAddress(), 0));
        InetAddress named = InetAddress.getByAddress("peer.test", new byte[] {127, 0, 0, 1});
        peer = new InetSocketAddress(named, relay.port());
    }

    @AfterEach
    void close() throws IOException {
        plain.close();
        ours.close();
        relay.close();
    }

    @FunctionalInterface
    private interface Step {
        void of(DatagramSocket socket) throws IOException;
    }

    private void both(Step step) throws IOException {
        step.of(plain);
        step.of(ours);
    }

    private void assertSame(String moment) throws Exception {
        Map<String, String> expected = said(plain);
        assertThat(expected).hasSizeGreaterThanOrEqualTo(17);
        assertThat(said(ours)).as(moment).isEqualTo(expected);
    }

    private static Map<String, String> said(DatagramSocket socket) throws IllegalAccessException {
        return Getters.of(DatagramSocket.class, socket, socket.getLocalPort());
    }

    @Test
    void unconnected() throws Exception {
        assertSame("new");
        both(DatagramSocket::close);
        assertSame("closed");
    }

    @Test
    void connected() throws Exception {
        both(socket -> socket.connect(peer));
        assertThat(plain.getRemoteSocketAddress()).hasToString("peer.test/127.0.0.1:" + relay.port());
        assertSame("connected");
        both(DatagramSocket::disconnect);
        assertSame("disconnected");
        both(socket -> socket.connect(peer.getAddress(), peer.getPort()));
        assertSame("connected again");
        both(DatagramSocket::close);
        assertSame("closed while it was connected");
        both(DatagramSocket::disconnect);
        assertSame("disconnected once it was closed");
    }

    /** What cannot be connected to leaves it as it was. */
    @Test
    void afterAFailure() throws Exception {
        InetSocketAddress noPort = new InetSocketAddress(peer.getAddress(), 0);
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("peer.test", 53);
        for (InetSocketAddress wrong : List.of(noPort, unresolved)) {
            both(socket -> assertThatThrownBy(() -> socket.connect(wrong)).isExactlyInstanceOf(SocketException.class));
            assertSame("failed");
        }
        both(socket -> assertThatThrownBy(() -> socket.connect(peer.getAddress(), 0))
                .isExactlyInstanceOf(UncheckedIOException.class));
        both(socket ->
                assertThatThrownBy(() -> socket.connect(null, 1)).isExactlyInstanceOf(IllegalArgumentException.class));
        both(socket -> assertThatThrownBy(() -> socket.connect(peer.getAddress(), 0x10000))
                .isExactlyInstanceOf(IllegalArgumentException.class));
        assertSame("failed");
    }

    @Test
    void connectedOnceItIsClosed() throws Exception {
        both(DatagramSocket::close);
        both(socket -> socket.connect(peer));
        both(socket -> socket.connect(peer.getAddress(), peer.getPort()));
        assertSame("connected once it was closed");
    }
}
