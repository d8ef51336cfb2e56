package dev.socks5.client;

import static dev.socks5.client.ScriptedRelay.addressOf;
import static dev.socks5.client.ScriptedRelay.header;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** It behaves as datagram sockets do, and hears its relay alone. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // An interrupt ends no receive.
class Socks5DatagramSocketTest {

    private static final InetSocketAddress NAME_SERVER =
            Endpoint.of("192.0.2.53", 53).toInetSocketAddress();
    private static final InetSocketAddress OTHER = Endpoint.of("192.0.2.54", 53).toInetSocketAddress();
    private static final String FROM_NAME_SERVER = "00 00 00 01 c0 00 02 35 00 35 ";
    private static final String FROM_OTHER = "00 00 00 01 c0 00 02 36 00 35 ";

    private ScriptedRelay relay;
    private Socks5DatagramSocket socket;

    @BeforeEach
    void associate() throws IOException {
        relay = new ScriptedRelay();
        socket = relay.associate();
        socket.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        relay.close();
    }

    private static DatagramPacket packet(String data) {
        return new DatagramPacket(data.getBytes(US_ASCII), data.length());
    }

    private DatagramPacket received() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return packet;
    }

    private static byte[] data(DatagramPacket packet) {
        return Arrays.copyOfRange(packet.getData(), packet.getOffset(), packet.getOffset() + packet.getLength());
    }

    @Test
    void sendsWithAHeaderAndLeavesThePacketAsItIs() throws Exception {
        byte[] data = {1, 2, 3, 4};
        DatagramPacket packet = new DatagramPacket(data, 1, 2, NAME_SERVER);
        socket.send(packet);
        assertThat(relay.receive()).isEqualTo(FROM_NAME_SERVER + "02 03");
        assertThat(packet.getSocketAddress()).isEqualTo(NAME_SERVER);
        assertThat(packet.getData()).isSameAs(data);
        assertThat(packet.getOffset()).isEqualTo(1);
        assertThat(packet.getLength()).isEqualTo(2);
    }

    @Test
    void sendsToNamesAndToIpv6() throws Exception {
        socket.send(Endpoint.of("a.b", 53), new byte[] {1, 2, 3}, 1, 2);
        assertThat(relay.receive()).isEqualTo("00 00 00 03 03 61 2e 62 00 35 02 03");
        socket.send(Endpoint.of("2001:db8::1", 53), new byte[0], 0, 0);
        assertThat(relay.receive()).isEqualTo(header("2001:db8::1", 53));
        DatagramPacket packet = packet("x");
        packet.setSocketAddress(Endpoint.of("2001:db8::1", 53).toInetSocketAddress());
        socket.send(packet);
        assertThat(relay.receive()).isEqualTo(header("2001:db8::1", 53) + " 78");
    }

    @Test
    void looksNamesUpHereIfToldTo() throws Exception {
        try (ScriptedRelay other = new ScriptedRelay();
                Socks5DatagramSocket looking =
                        other.proxy().clientBuilder().lookUpNamesHere().build().associate()) {
            looking.send(Endpoint.of("localhost", 53), new byte[0], 0, 0);
            assertThat(other.receive()).isIn(header("127.0.0.1", 53), header("::1", 53));
        }
    }

    @Test
    void destinationsThatGoDirectDoNotMatter() throws Exception {
        try (ScriptedRelay other = new ScriptedRelay();
                Socks5DatagramSocket all =
                        other.proxy().clientBuilder().direct(d -> true).build().associate()) {
            all.send(Endpoint.of("127.0.0.1", 53), new byte[0], 0, 0);
            assertThat(other.receive()).isEqualTo(header("127.0.0.1", 53));
        }
    }

    @Test
    void asksForAnAssociationFromItsAddress() throws Exception {
        assertThat(socket.getLocalAddress())
                .isEqualTo(((InetSocketAddress) relay.control().socket().getRemoteSocketAddress()).getAddress());
        socket.close();
        assertThat(relay.proxy().received()).isEqualTo("05 01 00 05 03 00 01 00 00 00 00 00 00");
    }

    @Test
    void receivesWithTheSourceOfTheHeader() throws Exception {
        relay.send(addressOf(socket), FROM_NAME_SERVER + "07 08");
        DatagramPacket packet = received();
        assertThat(packet.getSocketAddress()).isEqualTo(NAME_SERVER);
        assertThat(data(packet)).containsExactly(7, 8);
        relay.send(addressOf(socket), header("2001:db8::1", 9) + " 2a");
        packet = received();
        assertThat(packet.getSocketAddress())
                .isEqualTo(Endpoint.of("2001:db8::1", 9).toInetSocketAddress());
        assertThat(data(packet)).containsExactly(0x2a);
        relay.send(addressOf(socket), FROM_NAME_SERVER.strip());
        assertThat(received().getLength()).isZero();
    }

    /** As the JDK's own sockets do: a name server that was asked by its IPv4 address has that when it answers. */
    @Test
    void aMappedSourceIsAnIpv4Address() throws Exception {
        socket.connect(NAME_SERVER);
        relay.send(addressOf(socket), "00 00 00 04 00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 35 00 35 2a");
        assertThat(received().getSocketAddress()).isEqualTo(NAME_SERVER);
    }

    @Test
    void truncatesToTheRoomOfThePacketAndKeepsThat() throws Exception {
        byte[] data = new byte[8];
        DatagramPacket packet = new DatagramPacket(data, 2, 4);
        relay.send(addressOf(socket), FROM_NAME_SERVER + "01");
        relay.send(addressOf(socket), FROM_NAME_SERVER + "01 02 03 04 05");
        relay.send(addressOf(socket), FROM_NAME_SERVER + "09 09 09");
        socket.receive(packet);
        assertThat(packet.getLength()).isEqualTo(1);
        socket.receive(packet);
        assertThat(packet.getLength()).isEqualTo(4);
        assertThat(data).containsExactly(0, 0, 1, 2, 3, 4, 0, 0);
        packet.setLength(2);
        socket.receive(packet);
        assertThat(data).containsExactly(0, 0, 9, 9, 3, 4, 0, 0);
    }

    @Test
    void receivesIntoABuffer() throws Exception {
        relay.send(addressOf(socket), "00 00 00 03 03 61 2e 62 00 35 01 02 03");
        ByteBuffer into = ByteBuffer.allocate(4).position(2);
        assertThat(socket.receive(into)).isEqualTo(Endpoint.of("a.b", 53));
        assertThat(into.array()).containsExactly(0, 0, 1, 2);
        assertThat(into.remaining()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.receive(ByteBuffer.allocate(1).asReadOnlyBuffer()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "00 00 00 01 c0 00 02",
                "00 00 00 05 c0 00 02 35 00 35 01",
                "00 00 00 03 00 00 35 01",
                "00 00 01 01 c0 00 02 35 00 35 01",
                "00 00 80 01 c0 00 02 35 00 35 01",
                "00 00 00 03 03 61 2e 62 00 35 01"
            })
    void dropsWhatAPacketCannotTell(String datagram) throws Exception {
        relay.send(addressOf(socket), datagram);
        relay.send(addressOf(socket), FROM_NAME_SERVER + "2a");
        assertThat(data(received())).containsExactly(0x2a);
    }

    @Test
    void ignoresTheReservedOctets() throws Exception {
        relay.send(addressOf(socket), "ff ff 00 01 c0 00 02 35 00 35 01");
        assertThat(data(received())).containsExactly(1);
    }

    @Test
    void hearsNobodyFromAnotherPortOfTheRelay() throws Exception {
        try (DatagramSocket stranger = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            ScriptedRelay.send(stranger, addressOf(socket), FROM_NAME_SERVER + "66");
            relay.send(addressOf(socket), FROM_NAME_SERVER + "2a");
            assertThat(data(received())).containsExactly(0x2a);
        }
    }

    @Test
    void hearsNobodyFromAnotherAddressWithTheRelaysPort() throws Exception {
        try (DatagramSocket stranger = new DatagramSocket(relay.port(), InetAddress.getByName("127.0.0.2"))) {
            ScriptedRelay.send(stranger, addressOf(socket), FROM_NAME_SERVER + "66");
            relay.send(addressOf(socket), FROM_NAME_SERVER + "2a");
            assertThat(data(received())).containsExactly(0x2a);
        }
    }

    @Test
    void oneTimeoutHoldsHoweverManyAreDropped() throws Exception {
        socket.setSoTimeout(300);
        Thread noise = new Thread(() -> {
            try {
                while (!socket.isClosed()) {
                    relay.send(addressOf(socket), "00");
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // The test is over.
            }
        });
        noise.start();
        assertThatThrownBy(this::received).isInstanceOf(SocketTimeoutException.class);
        assertThat(socket.getSoTimeout()).isEqualTo(300);
        socket.close();
        noise.join();
    }

    @Test
    void connectedItTalksToOneDestination() throws Exception {
        assertThat(socket.isConnected()).isFalse();
        assertThat(socket.getRemoteSocketAddress()).isNull();
        assertThat(socket.getInetAddress()).isNull();
        assertThat(socket.getPort()).isEqualTo(-1);
        socket.connect(NAME_SERVER);
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(NAME_SERVER);
        assertThat(socket.getInetAddress()).isEqualTo(NAME_SERVER.getAddress());
        assertThat(socket.getPort()).isEqualTo(53);

        DatagramPacket packet = packet("x");
        socket.send(packet);
        assertThat(relay.receive()).isEqualTo(FROM_NAME_SERVER + "78");
        assertThat(packet.getAddress()).isNull();
        packet.setSocketAddress(NAME_SERVER);
        socket.send(packet);
        packet.setSocketAddress(OTHER);
        assertThatIllegalArgumentException().isThrownBy(() -> socket.send(packet));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.send(Endpoint.of("a.b", 53), new byte[0], 0, 0));

        relay.send(addressOf(socket), FROM_OTHER + "66");
        relay.send(addressOf(socket), FROM_NAME_SERVER + "2a");
        assertThat(data(received())).containsExactly(0x2a);

        socket.disconnect();
        assertThat(socket.isConnected()).isFalse();
        relay.send(addressOf(socket), FROM_OTHER + "2b");
        assertThat(received().getSocketAddress()).isEqualTo(OTHER);
        assertThatIllegalArgumentException().isThrownBy(() -> socket.send(packet("x")));
    }

    @Test
    void connectsToAddressesOnly() {
        assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("a.b", 53)))
                .isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> socket.connect(NAME_SERVER.getAddress(), 0)).isInstanceOf(UncheckedIOException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> socket.connect(new SocketAddress() {}));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.connect((InetAddress) null, 53));
        socket.connect(NAME_SERVER.getAddress(), 53);
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(NAME_SERVER);
    }

    @Test
    void whatIsTooLongIsAnErrorAndNotALoss() throws Exception {
        Endpoint name = Endpoint.of("a.b", 53);
        assertThat(socket.greatestPayload(name)).isEqualTo(65_507 - 10);
        assertThat(socket.greatestPayload(Endpoint.of("::1", 53))).isEqualTo(65_507 - 22);
        byte[] data = new byte[65_507];
        assertThatThrownBy(() -> socket.send(name, data, 0, 65_498))
                .isInstanceOf(SocketException.class)
                .hasMessage("a datagram to a.b:53 carries at most 65497 bytes of data, not 65498");
        DatagramPacket packet = new DatagramPacket(data, 65_498, NAME_SERVER);
        assertThatThrownBy(() -> socket.send(packet)).isInstanceOf(SocketException.class);
        packet.setLength(65_497);
        socket.send(packet);
        assertThat(relay.receive()).hasSize(65_507 * 3 - 1);
        assertThatThrownBy(() -> socket.send(Endpoint.of("a.b", 0), data, 0, 1)).isInstanceOf(SocketException.class);
    }

    @Test
    void theRestIsAsUsual() throws Exception {
        assertThatThrownBy(() -> socket.setSoTimeout(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> socket.bind(new InetSocketAddress(0))).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> socket.joinGroup(new InetSocketAddress("224.0.0.1", 5), null))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> socket.leaveGroup(new InetSocketAddress("224.0.0.1", 5), null))
                .isInstanceOf(UnsupportedOperationException.class);
        socket.setReceiveBufferSize(200_000);
        assertThat(socket.getChannel()).isNull();
    }
}
