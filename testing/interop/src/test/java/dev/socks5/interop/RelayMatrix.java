package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.RemoteListener;
import dev.socks5.client.Socks5DatagramSocket;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What our client does besides through any server that has BIND and UDP ASSOCIATE. */
interface RelayMatrix extends ClientMatrix {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1"})
    default void sendsDatagrams(String host) throws IOException {
        Loopback.requireFor(host);
        try (UdpEcho echo = UdpEcho.open();
                Socks5DatagramSocket socket = client().build().associate()) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            checkEcho(socket, Endpoint.of(host, echo.port()));
        }
    }

    /** 60,000 octets, none and one. */
    static void checkEcho(Socks5DatagramSocket socket, Endpoint destination) throws IOException {
        for (int length : new int[] {60_000, 0, 1}) {
            byte[] data = new byte[length];
            new Random(length).nextBytes(data);
            socket.send(destination, data, 0, length);
            ByteBuffer answer = ByteBuffer.allocate(0xFFFF);
            Endpoint source = socket.receive(answer);
            assertThat(source.port()).isEqualTo(destination.port());
            assertThat(answer.flip()).isEqualTo(ByteBuffer.wrap(data));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    default void sendsPackets(String host) throws IOException {
        Loopback.requireFor(host);
        try (UdpEcho echo = UdpEcho.open();
                Socks5DatagramSocket socket = client().build().associate()) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            InetSocketAddress destination = Endpoint.of(host, echo.port()).toInetSocketAddress();
            socket.connect(destination);
            socket.send(new DatagramPacket("hello".getBytes(ISO_8859_1), 5));
            DatagramPacket answer = new DatagramPacket(new byte[10], 10);
            socket.receive(answer);
            assertThat(answer.getSocketAddress()).isEqualTo(destination);
            assertThat(new String(answer.getData(), 0, answer.getLength(), ISO_8859_1))
                    .isEqualTo("hello");
        }
    }

    @Test
    default void acceptsAConnection() throws IOException {
        try (RemoteListener listener = client().build().bind(Endpoint.of("127.0.0.1", 0));
                Socket peer = new Socket()) {
            peer.bind(new InetSocketAddress(Loopback.V4, 0));
            peer.connect(listener.address().toInetSocketAddress(), (int) TIMEOUT.toMillis());
            peer.getOutputStream().write("up".getBytes(ISO_8859_1));
            try (Socket accepted = listener.accept(TIMEOUT)) {
                accepted.setSoTimeout((int) TIMEOUT.toMillis());
                assertThat(accepted.getRemoteSocketAddress()).isEqualTo(peer.getLocalSocketAddress());
                assertThat(accepted.getInputStream().readNBytes(2)).asString().isEqualTo("up");
                accepted.getOutputStream().write("down".getBytes(ISO_8859_1));
                accepted.shutdownOutput();
                assertThat(peer.getInputStream().readAllBytes()).asString().isEqualTo("down");
            }
        }
    }

    /** Somebody else's library over our socket. */
    @Test
    default void asksANameServer() throws Exception {
        try (NameServer server = NameServer.open()) {
            assertThat(NameServer.ask(server, () -> client().build().associate()))
                    .isEqualTo(NameServer.ADDRESS);
        }
    }
}
