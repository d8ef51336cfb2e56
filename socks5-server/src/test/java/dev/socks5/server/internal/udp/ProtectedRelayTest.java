package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.UdpHeader;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.ProtectedClient;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.User;
import dev.socks5.testing.FakeContext;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams of a protected association (RFC 1928 section 7, RFC 1961 section 5). */
@Timeout(60)
class ProtectedRelayTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};
    private static final byte[] PONG = {'p', 'o', 'n', 'g'};

    private final Recorder events = new Recorder();

    private Socks5Server server() throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .gssapi(() -> ServerNegotiation.gssapi(
                        FakeContext.acceptor(),
                        ProtectionLevel.INTEGRITY,
                        ProtectionLevel.CONFIDENTIALITY,
                        false,
                        name -> Optional.of(new User(name))))
                .start();
    }

    /** A protected client with an association. */
    private static final class Client implements AutoCloseable {
        private final ProtectedClient control;
        private final Protection protection;
        private final DatagramSocket socket = UdpClient.socket("127.0.0.1");
        private final InetSocketAddress relay;

        Client(Socks5Server server) throws IOException {
            control = ProtectedClient.loggedIn(server, ProtectionLevel.CONFIDENTIALITY);
            protection = control.protection().orElseThrow();
            control.send(RawClient.bytes("05 03 00 01 00 00 00 00 00 00"));
            byte[] reply = control.read(10);
            assertThat(RawClient.hex(reply)).startsWith("05 00 00 01 7f 00 00 01");
            relay = new InetSocketAddress(
                    "127.0.0.1", Short.toUnsignedInt(ByteBuffer.wrap(reply).getShort(8)));
        }

        byte[] wrapped(InetSocketAddress destination, byte[] payload) throws IOException {
            ByteBuffer datagram = ByteBuffer.wrap(UdpClient.datagram(Endpoint.of(destination), payload));
            return protection.wrapDatagram(datagram).array();
        }

        Client send(byte[] datagram) throws IOException {
            socket.send(new DatagramPacket(datagram, datagram.length, relay));
            return this;
        }

        byte[] receive(InetSocketAddress from) throws IOException {
            DatagramPacket packet = UdpClient.receive(socket);
            ByteBuffer datagram = protection.unwrapDatagram(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
            assertThat(UdpHeader.decode(datagram)).contains(UdpHeader.of(Endpoint.of(from)));
            byte[] payload = new byte[datagram.remaining()];
            datagram.get(payload);
            return payload;
        }

        @Override
        public void close() throws IOException {
            socket.close();
            control.close();
        }
    }

    private static void roundTrip(Client client, UdpOrigin origin) throws IOException {
        client.send(client.wrapped(origin.address(), PING));
        origin.expect(PING);
        origin.answer(PONG);
        assertThat(client.receive(origin.address())).isEqualTo(PONG);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_400, 60_000})
    void bothWays(int length) throws Exception {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'x');
        try (Socks5Server server = server();
                Client client = new Client(server);
                UdpOrigin origin = new UdpOrigin()) {
            client.send(client.wrapped(origin.address(), payload));
            origin.expect(payload);
            origin.answer(payload);
            assertThat(client.receive(origin.address())).isEqualTo(payload);
        }
    }

    private DatagramCounts counts(Client client) throws Exception {
        client.close();
        return events.ending().datagrams();
    }

    @Test
    void whatIsNotProtectedIsDroppedAndSettlesNoPort() throws Exception {
        try (Socks5Server server = server();
                Client client = new Client(server);
                UdpOrigin origin = new UdpOrigin()) {
            byte[] inTheClear = UdpClient.datagram(Endpoint.of(origin.address()), PONG);
            try (DatagramSocket other = UdpClient.socket("127.0.0.1")) {
                other.send(new DatagramPacket(inTheClear, inTheClear.length, client.relay));
                client.send(inTheClear);
                roundTrip(client, origin);
            }
            assertThat(counts(client).malformed()).isEqualTo(2);
        }
    }

    @Test
    void aDatagramIsTakenOnceAndOthersMayBeLost() throws Exception {
        try (Socks5Server server = server();
                Client client = new Client(server);
                UdpOrigin origin = new UdpOrigin()) {
            client.wrapped(origin.address(), PONG); // Lost on its way.
            byte[] datagram = client.wrapped(origin.address(), PING);
            client.send(datagram).send(datagram);
            origin.expect(PING);
            roundTrip(client, origin);
            assertThat(counts(client).malformed()).isOne();
        }
    }

    @Test
    void aTamperedDatagramIsDropped() throws Exception {
        try (Socks5Server server = server();
                Client client = new Client(server);
                UdpOrigin origin = new UdpOrigin()) {
            byte[] datagram = client.wrapped(origin.address(), PONG);
            datagram[datagram.length / 2] ^= 1;
            client.send(datagram);
            roundTrip(client, origin);
            assertThat(counts(client).malformed()).isOne();
        }
    }

    @Test
    void anAnswerThatIsTooLongWithProtectionIsLost() throws Exception {
        try (Socks5Server server = server();
                Client client = new Client(server);
                UdpOrigin origin = new UdpOrigin()) {
            roundTrip(client, origin);
            origin.answer(new byte[65_490]);
            roundTrip(client, origin);
            assertThat(counts(client).lost()).isOne();
        }
    }
}
