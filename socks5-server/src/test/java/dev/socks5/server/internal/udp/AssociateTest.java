package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.AccessRule;
import dev.socks5.server.CloseReason;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.Verdict;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** UDP ASSOCIATE: the request, the reply, and how long an association lasts. */
@Timeout(60)
class AssociateTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";
    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).listener(events);
    }

    @Test
    void theReplyNamesASocketThatListens() throws Exception {
        try (Socks5Server server = builder().start();
                UdpClient client = new UdpClient(server)) {
            assertThat(client.relay().getAddress()).isEqualTo(InetAddress.getByName("127.0.0.1"));
            assertThat(events.until("listening"))
                    .containsExactly(
                            "accepted",
                            "requested UDP",
                            "listening " + client.relay().getPort());
        }
    }

    @Test
    void theReplyIsNoWildcardThoughTheServerListensOnOne() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                        .listen("0.0.0.0", 0)
                        .allowAnonymous()
                        .start();
                RawClient control = new RawClient(new InetSocketAddress(
                        "127.0.0.3", server.localAddresses().get(0).getPort()));
                UdpClient client =
                        new UdpClient(control.send(RawClient.GREETING).expect(RawClient.ANONYMOUS), ASSOCIATE)) {
            assertThat(client.relay().getAddress()).isEqualTo(InetAddress.getByName("127.0.0.3"));
        }
    }

    @Test
    void anAdvertisedAddressStandsInTheReply() throws Exception {
        try (Socks5Server server = builder()
                        .advertisedAddress(InetAddress.getByName("192.0.2.7"))
                        .start();
                UdpClient client = new UdpClient(server)) {
            assertThat(client.relay().getAddress()).isEqualTo(InetAddress.getByName("192.0.2.7"));
            assertThat(events.until("listening"))
                    .last()
                    .isEqualTo("listening " + client.relay().getPort());
        }
    }

    @Test
    void portsAreTakenFromTheRangeWhileThereAreSome() throws Exception {
        int free;
        try (DatagramSocket socket = UdpClient.socket("127.0.0.1")) {
            free = socket.getLocalPort();
        }
        try (Socks5Server server = builder().relayPorts(free, free).start();
                UdpClient first = new UdpClient(server)) {
            assertThat(first.relay().getPort()).isEqualTo(free);
            try (RawClient second = new RawClient(server)) {
                second.send(RawClient.GREETING)
                        .expect(RawClient.ANONYMOUS)
                        .send(ASSOCIATE)
                        .expectFailure(0x01);
            }
        }
    }

    @Test
    void endsWithItsConnection() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin()) {
            int relayPort;
            try (UdpClient client = new UdpClient(server)) {
                relayPort = client.relay().getPort();
                client.send(origin.address(), PING);
                origin.expect(PING);
            }
            SessionEnd ending = events.ending();
            assertThat(ending.reason()).isEqualTo(CloseReason.FINISHED);
            assertThat(ending.bytesUp()).isEqualTo(PING.length);
            assertThat(ending.datagrams().up()).isEqualTo(1);
            try (UdpClient next = new UdpClient(server)) { // By then the loop has let go of the socket.
                assertThat(next.relay().getPort()).isPositive();
                new DatagramSocket(new InetSocketAddress("127.0.0.1", relayPort)).close();
            }
        }
    }

    @Test
    void whatComesOnTheConnectionMeansNothing() throws Exception {
        try (Socks5Server server = builder().start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server, ASSOCIATE + " 01 02 03")) {
            client.control().send("05 01 00 05 03 00");
            client.send(origin.address(), PING);
            origin.expect(PING);
        }
    }

    @Test
    void endsWhenNothingMovesForTooLong() throws Exception {
        try (Socks5Server server = builder().idleTimeout(Duration.ofMillis(100)).start();
                UdpClient client = new UdpClient(server)) {
            client.control().expectDropped();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
        }
    }

    @Test
    void isRefusedByRule() throws Exception {
        AccessRule noUdp = request ->
                request.resolved() == null ? Verdict.deny("no UDP but " + request.destination()) : Verdict.undecided();
        try (Socks5Server server = builder().accessRule(noUdp).start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(ASSOCIATE)
                    .expectFailure(0x02);
            assertThat(events.until("requestFailed")).last().isEqualTo("requestFailed 2 no UDP but 0.0.0.0:0");
        }
    }

    @Test
    void aRuleThatThrowsRefusesIt() throws Exception {
        AccessRule broken = request -> {
            throw new IllegalStateException("on purpose");
        };
        try (Socks5Server server = builder().accessRule(broken).start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(ASSOCIATE)
                    .expectFailure(0x01);
        }
    }

    @Test
    void closingTheServerEndsIt() throws IOException, InterruptedException {
        Socks5Server server = builder().start();
        try (UdpClient client = new UdpClient(server)) {
            server.close();
            client.control().expectDropped();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.SHUTDOWN);
        }
    }
}
