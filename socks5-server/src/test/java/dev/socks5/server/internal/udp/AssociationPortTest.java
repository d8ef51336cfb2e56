package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRule;
import dev.socks5.server.AccessRules;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From which ports of its address the client of an association is heard, as clients and NATs have it. */
@Timeout(60)
class AssociationPortTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};
    private static final byte[] PONG = {'p', 'o', 'n', 'g'};
    private static final byte[] OTHER = {'o', 't', 'h', 'e', 'r'};
    private static final String ANY_PORT = "00 00";

    private final BlockingQueue<String> moves = new LinkedBlockingQueue<>();
    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .listener(events)
                .listener(new Socks5ServerListener() {
                    @Override
                    public void associationMoved(SessionInfo session, InetSocketAddress from, InetSocketAddress to) {
                        moves.add(from.getPort() + " to " + to.getPort());
                    }
                });
    }

    /** An association for a client that says it will send from this address and port. */
    private static UdpClient client(Socks5Server server, String address, String port) throws IOException {
        return new UdpClient(server, "05 03 00 " + address + " " + port);
    }

    private static UdpClient client(Socks5Server server, String port) throws IOException {
        return client(server, "01 00 00 00 00", port);
    }

    private static byte[] to(UdpOrigin origin, byte[] payload) {
        return UdpClient.datagram(Endpoint.of(origin.address()), payload);
    }

    private static void roundTrip(UdpClient client, UdpOrigin origin) throws IOException {
        client.send(origin.address(), PING);
        origin.expect(PING);
        origin.answer(PONG);
        assertThat(client.receive(origin.address())).isEqualTo(PONG);
    }

    private static void expectAnswer(DatagramSocket socket) throws IOException {
        assertThat(UdpClient.receive(socket).getLength()).isEqualTo(10 + PONG.length);
    }

    /** Addresses in each form, and the port of what the client is going to send to: not its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "01 00 00 00 00",
                "01 c0 00 02 09",
                "04 00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 09",
                "04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01",
                "03 04 68 6f 73 74"
            })
    void thePortOfTheRequestIsNoMoreThanAHint(String address) throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client =
                        client(server, address, RawClient.port(origin.address().getPort()))) {
            roundTrip(client, origin);
            assertThat(server.statistics().datagrams().foreign()).isZero();
        }
    }

    @Test
    void thePortOfTheRequestComesBeforeOneThatWasHeardFirst() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                DatagramSocket announced = UdpClient.socket("127.0.0.1");
                UdpClient client = client(server, RawClient.port(announced.getLocalPort()))) {
            int before = client.port();
            roundTrip(client, origin);
            client.sendRaw(announced, to(origin, OTHER));
            origin.expect(OTHER);
            origin.answer(PONG);
            expectAnswer(announced);
            client.send(origin.address(), PING);
            client.sendRaw(announced, to(origin, OTHER));
            origin.expect(OTHER);
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(3, 2, 0, 0, 1, 0, 0));
            assertThat(moves).containsExactly(before + " to " + announced.getLocalPort());
        }
    }

    @Test
    void aStrictServerHearsThePortOfTheRequestAndNoOther() throws Exception {
        try (Socks5Server server = builder()
                        .strictAssociationPort()
                        .associationMoveAfter(Duration.ofNanos(1))
                        .start();
                UdpOrigin origin = new UdpOrigin();
                DatagramSocket announced = UdpClient.socket("127.0.0.1");
                UdpClient client = client(server, "01 c0 00 02 09", RawClient.port(announced.getLocalPort()))) {
            client.send(origin.address(), OTHER);
            client.sendRaw(announced, to(origin, PING));
            origin.expect(PING);
            origin.answer(PONG);
            expectAnswer(announced);
            client.send(origin.address(), OTHER);
            client.sendRaw(announced, to(origin, PING));
            origin.expect(PING);
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(2, 1, 0, 0, 2, 0, 0));
            assertThat(moves).isEmpty();
        }
    }

    @Test
    void aStrictServerTakesZeroForAnyPortAndKeepsTheFirst() throws Exception {
        try (Socks5Server server = builder().strictAssociationPort().start();
                UdpOrigin origin = new UdpOrigin();
                DatagramSocket other = UdpClient.socket("127.0.0.1");
                UdpClient client = client(server, ANY_PORT)) {
            roundTrip(client, origin);
            client.sendRaw(other, to(origin, OTHER));
            roundTrip(client, origin);
            assertThat(server.statistics().datagrams().foreign()).isEqualTo(1);
        }
    }

    @Test
    void onlyAProperDatagramSettlesThePort() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                DatagramSocket other = UdpClient.socket("127.0.0.1");
                DatagramSocket stranger = UdpClient.socket("127.0.0.2");
                UdpClient client = client(server, ANY_PORT)) {
            byte[] fragment = to(origin, OTHER);
            fragment[2] = 1;
            client.sendRaw(other, fragment);
            client.sendRaw(other, OTHER);
            client.sendRaw(other, new byte[0]);
            client.sendRaw(stranger, to(origin, OTHER));
            roundTrip(client, origin);
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(1, 1, 1, 2, 1, 0, 0));
        }
    }

    @Test
    void afterASilenceTheClientMayMoveAndAnswersFollowIt() throws Exception {
        try (Socks5Server server =
                        builder().associationMoveAfter(Duration.ofNanos(1)).start();
                UdpOrigin origin = new UdpOrigin();
                DatagramSocket moved = UdpClient.socket("127.0.0.1");
                UdpClient client = client(server, ANY_PORT)) {
            roundTrip(client, origin);
            client.sendRaw(moved, to(origin, OTHER));
            origin.expect(OTHER);
            origin.answer(PONG);
            expectAnswer(moved);
            assertThat(moves.poll(10, TimeUnit.SECONDS)).isEqualTo(client.port() + " to " + moved.getLocalPort());
            assertThat(server.statistics().associationsMoved()).isEqualTo(1);
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(2, 2, 0, 0, 0, 0, 0));
        }
    }

    @Test
    void onlyAProperDatagramOfTheSameAddressMovesIt() throws Exception {
        try (Socks5Server server =
                        builder().associationMoveAfter(Duration.ofNanos(1)).start();
                UdpOrigin origin = new UdpOrigin();
                DatagramSocket other = UdpClient.socket("127.0.0.1");
                DatagramSocket stranger = UdpClient.socket("127.0.0.2");
                UdpClient client = client(server, ANY_PORT)) {
            roundTrip(client, origin);
            byte[] fragment = to(origin, OTHER);
            fragment[2] = 1;
            client.sendRaw(other, fragment);
            client.sendRaw(other, OTHER);
            client.sendRaw(stranger, to(origin, OTHER));
            Remains.await(() -> server.statistics().datagrams().dropped() == 3);
            origin.answer(PONG);
            assertThat(client.receive(origin.address())).isEqualTo(PONG);
            assertThat(moves).isEmpty();
        }
    }

    /** The listening socket is one for both families, and sees the client as ::ffff:127.0.0.1. */
    @Test
    void aClientByIpv4OfAServerByIpv6IsHeardByIpv4() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                        .listen("::", 0)
                        .allowAnonymous()
                        .accessRule(loopback())
                        .start();
                UdpOrigin origin = new UdpOrigin();
                RawClient control = new RawClient(new InetSocketAddress(
                        "127.0.0.1", server.localAddresses().get(0).getPort()));
                UdpClient client = new UdpClient(
                        control.send(RawClient.GREETING).expect(RawClient.ANONYMOUS),
                        "05 03 00 01 00 00 00 00 00 00")) {
            assertThat(client.relay().getAddress()).isEqualTo(InetAddress.getByName("127.0.0.1"));
            roundTrip(client, origin);
        }
    }

    private static AccessRule loopback() {
        return AccessRules.builder().allow("127.0.0.0/8").allow("[::1]").build();
    }

    @Test
    void aClientByIpv6IsHeardByIpv6() throws Exception {
        try (Socks5Server server = Socks5Server.builder().listen("::1", 0).start();
                UdpOrigin origin = new UdpOrigin();
                RawClient control = new RawClient(server.localAddresses().get(0), InetAddress.getByName("::1"));
                UdpClient client = new UdpClient(
                        control.send(RawClient.GREETING).expect(RawClient.ANONYMOUS),
                        "05 03 00 01 00 00 00 00 00 00")) {
            assertThat(client.relay().getAddress()).isEqualTo(InetAddress.getByName("::1"));
            roundTrip(client, origin);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void theSilenceIsPositive(long nanos) {
        assertThatThrownBy(() -> Socks5Server.builder().associationMoveAfter(Duration.ofNanos(nanos)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
