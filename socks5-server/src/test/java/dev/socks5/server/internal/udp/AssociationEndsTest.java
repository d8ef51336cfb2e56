package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Connector;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.Route;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways in which an association ends, or does not begin, and that nothing is held afterwards. */
@Timeout(60)
class AssociationEndsTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";
    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).listener(events);
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    /** What the JDK opens once, it opens here. */
    @BeforeAll
    static void openWhatStaysOpen() throws Exception {
        try (Socks5Server server = Socks5Server.builder().listen("127.0.0.1", 0).start();
                UdpOrigin ipv6 = new UdpOrigin("::1");
                UdpClient client = new UdpClient(server)) {
            client.send(ipv6.address(), PING);
            ipv6.expect(PING);
        }
    }

    private void assertEnds(CloseReason reason, Remains remains) throws Exception {
        assertThat(events.ending().reason()).isEqualTo(reason);
        remains.awaitNone();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatHasSentByBothFamilies(boolean reset) throws Exception {
        try (Socks5Server server = builder().start()) {
            Remains remains = new Remains(server);
            try (UdpOrigin ipv4 = new UdpOrigin();
                    UdpOrigin ipv6 = new UdpOrigin("::1");
                    UdpClient client = new UdpClient(server)) {
                client.send(ipv4.address(), PING).send(ipv6.address(), PING);
                ipv4.expect(PING);
                ipv6.expect(PING);
                if (reset) {
                    client.control().reset();
                }
            }
            assertEnds(reset ? CloseReason.BROKEN : CloseReason.FINISHED, remains);
        }
    }

    @Test
    void itsEndTellsWhatWentEachWay() throws Exception {
        byte[] answer = {'!'};
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(origin.address(), PING);
            origin.expect(PING);
            origin.answer(answer);
            origin.answer(answer);
            assertThat(client.receive(origin.address())).isEqualTo(answer);
            assertThat(client.receive(origin.address())).isEqualTo(answer);
            client.close();
            SessionEnd ending = events.ending();
            assertThat(ending.bytesUp()).isEqualTo(PING.length);
            assertThat(ending.bytesDown()).isEqualTo(2);
            assertThat(ending.datagrams()).isEqualTo(new DatagramCounts(1, 2, 0, 0, 0, 0, 0));
        }
    }

    private static String relayAt(UdpOrigin relay) {
        return "05 00 00 01 7f 00 00 01 " + RawClient.port(relay.address().getPort());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThroughAnUpstream(boolean theUpstreamEndsIt) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                UdpOrigin relay = new UdpOrigin();
                Socks5Server server = builder()
                        .connector(Connector.always(Route.through(upstream.upstream())))
                        .start()) {
            Remains remains = new Remains(server);
            try (RawClient control = greeted(server);
                    DatagramSocket socket = UdpClient.socket("127.0.0.1")) {
                control.send(ASSOCIATE);
                upstream.acceptRequest(ASSOCIATE).send(relayAt(relay));
                byte[] datagram = UdpClient.datagram(Endpoint.of("192.0.2.1", 7), PING);
                socket.send(new DatagramPacket(datagram, datagram.length, control.readReply()));
                relay.expect(datagram);
                assertThat(server.statistics().associations()).isEqualTo(1);
                assertThat(server.statistics().tunnels()).isZero();
                if (theUpstreamEndsIt) {
                    upstream.end();
                    control.expectDropped();
                } else {
                    control.close();
                    upstream.expectEnd();
                    upstream.end();
                }
            }
            assertEnds(theUpstreamEndsIt ? CloseReason.BROKEN : CloseReason.FINISHED, remains);
        }
    }

    @Test
    void oneWhoseSecondUpstreamRefuses() throws Exception {
        try (RawUpstream first = new RawUpstream();
                Socks5Server server = builder()
                        .connector(Connector.always(Route.through(first.upstream(), first.upstream())))
                        .start()) {
            Remains remains = new Remains(server);
            try (RawClient client = greeted(server).send(ASSOCIATE)) {
                first.acceptRequest(ASSOCIATE).send("05 00 00 01 7f 00 00 01 00 09");
                Socket firstControl = first.socket();
                first.acceptRequest(RawClient.connect(first.address()))
                        .send("05 00 00 01 00 00 00 00 00 00")
                        .expect(RawClient.GREETING)
                        .send(RawClient.ANONYMOUS)
                        .expect(ASSOCIATE)
                        .send("05 02 00 01 00 00 00 00 00 00");
                client.expectFailure(0x02);
                assertThat(firstControl.getInputStream().read()).isEqualTo(-1);
                firstControl.close();
                first.end();
            }
            assertEnds(CloseReason.REQUEST_FAILED, remains);
        }
    }

    /** The relay of the upstream has an address of a family that nothing may leave by. */
    @Test
    void oneWithoutAWayOut() throws Exception {
        InetAddress ipv4Only = InetAddress.getByName("127.0.0.5");
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = builder()
                        .connector(Connector.always(
                                Route.through(upstream.upstream()).from(ipv4Only)))
                        .start()) {
            Remains remains = new Remains(server);
            try (RawClient client = greeted(server).send(ASSOCIATE)) {
                upstream.acceptRequest(ASSOCIATE)
                        .send("05 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 09");
                client.expectFailure(0x01);
                upstream.end();
            }
            assertEnds(CloseReason.REQUEST_FAILED, remains);
        }
    }
}
