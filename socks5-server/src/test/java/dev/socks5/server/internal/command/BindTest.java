package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** BIND: two replies, one connection, from the expected peer. */
@Timeout(60)
class BindTest {

    private static final String FROM_LOOPBACK = "05 02 00 01 7f 00 00 01 00 00";
    private static final String FROM_ANYWHERE = "05 02 00 01 00 00 00 00 00 00";

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).listener(events);
    }

    /** Greeting and request, up to the first reply. */
    private static InetSocketAddress bind(RawClient client, String request) throws IOException {
        client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(request);
        return client.readReply();
    }

    private static Socket connect(String from, InetSocketAddress to) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        socket.connect(to, RawClient.PATIENCE_MILLIS);
        return socket;
    }

    @Test
    void twoRepliesAndATunnel() throws Exception {
        byte[] data = new byte[1 << 20];
        new Random(2).nextBytes(data);
        try (Socks5Server server = builder().start();
                RawClient client = new RawClient(server)) {
            InetSocketAddress bound = bind(client, FROM_LOOPBACK);
            assertThat(bound.getAddress()).isEqualTo(InetAddress.getByName("127.0.0.1"));
            try (Socket peer = connect("127.0.0.1", bound)) {
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
                client.send(data);
                assertThat(peer.getInputStream().readNBytes(data.length)).isEqualTo(data);
                peer.getOutputStream().write(data);
                peer.shutdownOutput();
                assertThat(client.read(data.length)).isEqualTo(data);
                client.expectEnd();
                client.socket().shutdownOutput();
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
                assertThat(events.until("closed"))
                        .containsExactly(
                                "accepted",
                                "requested BIND",
                                "listening " + bound.getPort(),
                                "connected " + peer.getLocalPort(),
                                "closed %d %d FINISHED".formatted(data.length, data.length));
            }
        }
    }

    @Test
    void othersThanTheExpectedPeerAreHungUpOn() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = new RawClient(server)) {
            InetSocketAddress bound = bind(client, FROM_LOOPBACK);
            try (Socket stranger = connect("127.0.0.2", bound)) {
                assertThat(stranger.getInputStream().read()).isEqualTo(-1);
            }
            try (Socket peer = connect("127.0.0.1", bound)) {
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
                client.send("2e");
                assertThat(peer.getInputStream().read()).isEqualTo('.');
            }
        }
    }

    @Test
    void oneConnectionIsAccepted() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = new RawClient(server)) {
            InetSocketAddress bound = bind(client, FROM_LOOPBACK);
            try (Socket peer = connect("127.0.0.1", bound)) {
                client.readReply();
                client.send("2e"); // By the time it is through the loop has let go of the listening socket.
                assertThat(peer.getInputStream().read()).isEqualTo('.');
                assertThatThrownBy(() -> connect("127.0.0.1", bound)).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void theListenerGoesWithItsConnection() throws Exception {
        try (Socks5Server server = builder().start()) {
            InetSocketAddress bound;
            try (RawClient client = new RawClient(server)) {
                bound = bind(client, FROM_LOOPBACK);
            }
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 CLIENT_LEFT");
            try (RawClient next = new RawClient(server)) { // By then the loop has let go of it.
                next.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                assertThatThrownBy(() -> connect("127.0.0.1", bound)).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void closingTheServerEndsIt() throws Exception {
        Socks5Server server = builder().start();
        try (RawClient client = new RawClient(server)) {
            InetSocketAddress bound = bind(client, FROM_LOOPBACK);
            server.close();
            client.expectDropped();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 SHUTDOWN");
            assertThatThrownBy(() -> connect("127.0.0.1", bound)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void withoutAnExpectedPeerItIsRefusedByDefault() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(FROM_ANYWHERE)
                    .expectFailure(0x02);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRuleMayAllowAnyPeerAndThenJudgesEach(boolean mayBlock) throws Exception {
        AccessRules rules = AccessRules.builder()
                .deny("127.0.0.2")
                .allow("0.0.0.0")
                .allow("127.0.0.0/8")
                .build();
        AccessRule rule = new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                return rules.judge(request);
            }

            @Override
            public boolean mayBlock() {
                return mayBlock;
            }
        };
        try (Socks5Server server = builder().accessRule(rule).start();
                RawClient client = new RawClient(server)) {
            InetSocketAddress bound = bind(client, FROM_ANYWHERE);
            try (Socket refused = connect("127.0.0.2", bound)) {
                assertThat(refused.getInputStream().read()).isEqualTo(-1);
            }
            try (Socket peer = connect("127.0.0.3", bound)) {
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
            }
        }
    }

    @Test
    void thePeerIsJudgedByTheRules() throws Exception {
        try (Socks5Server server = builder()
                        .accessRule(AccessRules.builder().deny("127.0.0.1").build())
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(FROM_LOOPBACK)
                    .expectFailure(0x02);
            assertThat(events.until("requestFailed")).last().isEqualTo("requestFailed 2 deny 127.0.0.1");
        }
    }

    @Test
    void aPeerByNameMayBeAnyOfItsAddresses() throws Exception {
        Resolver resolver = name -> List.of(InetAddress.getByName("127.0.0.7"), InetAddress.getByName("127.0.0.8"));
        try (Socks5Server server = builder().resolver(resolver).start();
                RawClient client = new RawClient(server)) {
            InetSocketAddress bound = bind(client, "05 02 00 03 01 61 00 00");
            try (Socket peer = connect("127.0.0.8", bound)) {
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
            }
        }
    }

    @Test
    void anIpv6Peer() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = new RawClient(server)) {
            InetSocketAddress bound = bind(client, "05 02 00 04 00000000000000000000000000000001 00 00");
            try (Socket peer = connect("::1", bound)) {
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4 * 1024, 100_000})
    void whatTheClientSendsAheadArrivesInOrder(int length) throws Exception {
        byte[] ahead = new byte[length];
        new Random(length).nextBytes(ahead);
        try (Socks5Server server = builder().start();
                RawClient client = new RawClient(server)) {
            InetSocketAddress bound = bind(client, FROM_LOOPBACK + " 01 02 03");
            client.send(ahead);
            try (Socket peer = connect("127.0.0.1", bound)) {
                client.readReply();
                assertThat(peer.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
                assertThat(peer.getInputStream().readNBytes(length)).isEqualTo(ahead);
            }
        }
    }

    @Test
    void anAdvertisedAddressStandsInTheFirstReply() throws Exception {
        try (Socks5Server server = builder()
                        .advertisedAddress(InetAddress.getByName("192.0.2.7"))
                        .start();
                RawClient client = new RawClient(server)) {
            InetSocketAddress told = bind(client, FROM_LOOPBACK);
            assertThat(told.getAddress()).isEqualTo(InetAddress.getByName("192.0.2.7"));
            try (Socket peer = connect("127.0.0.1", new InetSocketAddress("127.0.0.1", told.getPort()))) {
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
            }
        }
    }

    @Test
    void portsAreTakenFromTheRangeWhileThereAreSome() throws Exception {
        int free;
        try (Origin origin = new Origin()) {
            free = origin.port();
        }
        try (Socks5Server server = builder().relayPorts(free, free).start();
                RawClient first = new RawClient(server);
                RawClient second = new RawClient(server)) {
            assertThat(bind(first, FROM_LOOPBACK).getPort()).isEqualTo(free);
            second.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(FROM_LOOPBACK)
                    .expectFailure(0x01);
        }
    }
}
