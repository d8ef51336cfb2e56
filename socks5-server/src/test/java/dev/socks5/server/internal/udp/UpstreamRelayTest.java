package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Connector;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an association takes from the relay of one upstream, played by the test, and from where it sends to it. */
@Timeout(60)
class UpstreamRelayTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";
    private static final Endpoint DESTINATION = Endpoint.of("192.0.2.80", 53);
    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private final Recorder events = new Recorder();
    private RawUpstream upstream;
    private UdpOrigin relay;

    @BeforeEach
    void start() throws IOException {
        upstream = new RawUpstream();
        relay = new UdpOrigin();
    }

    @AfterEach
    void stop() {
        relay.close();
        upstream.close();
    }

    private Route route() {
        return Route.through(upstream.upstream());
    }

    private Socks5ServerBuilder builder(Route route) {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .connector(Connector.always(route))
                .listener(events);
    }

    private String reply(String address) {
        return "05 00 00 " + address + " " + RawClient.port(relay.address().getPort());
    }

    private UdpClient associate(Socks5Server server, String relayAddress) throws Exception {
        RawClient control = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        // The request goes out before the answer can be there: so it is sent here, and read by the constructor.
        Thread answering = new Thread(() -> {
            try {
                upstream.acceptRequest(ASSOCIATE).send(reply(relayAddress));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        answering.start();
        UdpClient client = new UdpClient(control, ASSOCIATE);
        answering.join();
        return client;
    }

    private UdpClient associate(Socks5Server server) throws Exception {
        return associate(server, "01 7f 00 00 01");
    }

    private void roundTrip(UdpClient client) throws IOException {
        client.send(DESTINATION, PING);
        byte[] datagram = UdpClient.datagram(DESTINATION, PING);
        relay.expect(datagram);
        relay.answer(datagram);
        assertThat(client.receive(DESTINATION.toInetSocketAddress())).isEqualTo(PING);
    }

    @Test
    void fragmentsAndWhatHasNoHeaderAreDroppedAndCounted() throws Exception {
        try (Socks5Server server = builder(route()).start();
                UdpClient client = associate(server)) {
            roundTrip(client);
            byte[] fragment = UdpClient.datagram(DESTINATION, PING);
            fragment[2] = 1;
            relay.answer(fragment);
            relay.answer(new byte[] {0, 0, 0});
            relay.answer(new byte[] {0, 0, 0, 9, 1, 2, 3, 4, 5, 6});
            roundTrip(client);
            client.close();
            assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(2, 2, 0, 0, 3, 0, 0));
        }
    }

    @Test
    void othersThanTheRelayAreNotHeard() throws Exception {
        try (Socks5Server server = builder(route()).start();
                UdpClient client = associate(server);
                DatagramSocket stranger = UdpClient.socket("127.0.0.1")) {
            roundTrip(client);
            byte[] datagram = UdpClient.datagram(DESTINATION, PING);
            stranger.send(new DatagramPacket(
                    datagram,
                    datagram.length,
                    new InetSocketAddress("127.0.0.1", relay.relay().getPort())));
            roundTrip(client);
            UdpClient.expectNothing(relay.socket());
            client.expectNothing();
        }
    }

    /** What ICMP says of a datagram that nobody wanted comes up when the socket is read. */
    @Test
    void aRelayThatIsAwayForAMomentDoesNotEndIt() throws Exception {
        try (Socks5Server server = builder(route()).start();
                UdpClient client = associate(server)) {
            InetSocketAddress address = relay.address();
            relay.close();
            client.send(DESTINATION, PING);
            Remains.await(() -> server.statistics().datagrams().up() == 1);
            client.expectNothing(); // Time for the loop to read what there is: an error, and no answer.
            try (DatagramSocket again = new DatagramSocket(address)) {
                again.setSoTimeout(RawClient.PATIENCE_MILLIS);
                client.send(DESTINATION, PING);
                byte[] received = UdpClient.receive(again).getData();
                assertThat(Arrays.copyOf(received, 10 + PING.length)).isEqualTo(UdpClient.datagram(DESTINATION, PING));
            }
            assertThat(server.statistics().associations()).isEqualTo(1);
        }
    }

    @Test
    void theEgressAddressIsThatOfTheDatagramsToo() throws Exception {
        InetAddress egress = InetAddress.getByName("127.0.0.5");
        try (Socks5Server server = builder(route().from(egress)).start();
                UdpClient client = associate(server)) {
            client.send(DESTINATION, PING);
            relay.take();
            assertThat(relay.relay().getAddress()).isEqualTo(egress);
        }
    }

    @Test
    void aRelayWithoutAnAddressIsWhereTheUpstreamIs() throws Exception {
        for (String address : new String[] {
            "01 00 00 00 00", "04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "03 04 61 2e 74 62"
        }) {
            try (Socks5Server server = builder(route()).start();
                    UdpClient client = associate(server, address)) {
                roundTrip(client);
            }
        }
    }

    /** Of a BIND as well, the unspecified address stands for the upstream's own. */
    @Test
    void aBindWithoutAnAddressIsWhereTheUpstreamIs() throws Exception {
        String bind = "05 02 00 01 7f 00 00 01 00 00";
        try (Socks5Server server = builder(route()).start();
                RawClient client =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            client.send(bind);
            upstream.acceptRequest(bind).send("05 00 00 01 00 00 00 00 00 09");
            assertThat(client.readReply()).isEqualTo(new InetSocketAddress("127.0.0.1", 9));
        }
    }
}
