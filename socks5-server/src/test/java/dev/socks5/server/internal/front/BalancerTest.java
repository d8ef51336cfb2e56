package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Balancer;
import dev.socks5.server.Balancer.Clients;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.Verdict;
import java.io.ByteArrayOutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a balancer: the client is who the header says, and nobody else may say so. */
@Timeout(120)
class BalancerTest {

    private static final String LOCAL = Balancer.SIGNATURE + "20000000";
    private static final String UNKNOWN = Balancer.hex("PROXY UNKNOWN\r\n");
    private static final String LOGIN = "01 05 61 6c 69 63 65 06 73 65 63 72 65 74"; // alice, secret

    static List<String> headers() {
        return List.of(Balancer.line(Balancer.ALICE), Balancer.block(Balancer.ALICE));
    }

    @ParameterizedTest
    @ValueSource(strings = {Balancer.ALICE, "[2001:db8::1]:40000"})
    void theClientIsTheOneThatTheHeaderNames(String client) throws Exception {
        Clients events = new Clients();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Origin origin = new Origin();
                Socks5Server server = Balancer.behind("127.0.0.1")
                        .listener(events)
                        .authenticator((login, who) -> {
                            seen.add("login " + who);
                            return PasswordAuthenticator.of(Map.of("alice", "secret"))
                                    .authenticate(login, who);
                        })
                        .accessRule(request -> {
                            seen.add("request " + request.client());
                            return Verdict.allow("test");
                        })
                        .start()) {
            for (String header : List.of(Balancer.line(client), Balancer.block(client))) {
                try (RawClient balancer = new RawClient(server)) {
                    balancer.send(header);
                    assertThat(events.next()).isEqualTo("accepted " + client);
                    balancer.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
                    balancer.send(LOGIN).expect("01 00");
                    balancer.send(RawClient.connect(origin.address())).expectSuccess();
                    balancer.reset();
                }
                assertThat(events.next()).isEqualTo("closed " + client + " BROKEN");
                assertThat(seen.take()).isEqualTo("login " + client);
                assertThat(seen.take()).isEqualTo("request " + client);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void everySplitAndNoSplitAtAll(String header) throws Exception {
        byte[] early = new byte[1 << 16];
        new Random(42).nextBytes(early);
        try (Origin origin = new Origin();
                Socks5Server server = Balancer.behind("127.0.0.1")
                        .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                        .listen("127.0.0.1", 0)
                        .eventLoops(1)
                        .start()) {
            int headerLength = RawClient.bytes(header).length;
            byte[] handshake =
                    RawClient.bytes(header + RawClient.LOGIN_GREETING + LOGIN + RawClient.connect(origin.address()));
            for (int split = 0; split <= handshake.length; split++) {
                try (RawClient balancer = new RawClient(server)) {
                    balancer.send(Arrays.copyOf(handshake, split));
                    if (split >= headerLength + 3) {
                        balancer.expect("05 02"); // The server has read the first part by now;
                    } else if (split > 0) {
                        awaitTwoTurns(server); // and so it has here.
                    }
                    ByteArrayOutputStream rest = new ByteArrayOutputStream();
                    rest.write(handshake, split, handshake.length - split);
                    rest.write(early);
                    balancer.send(rest.toByteArray());
                    balancer.socket().shutdownOutput();
                    assertThat(origin.take().getInputStream().readAllBytes()).isEqualTo(early);
                }
            }
        }
    }

    /** Two answers on another connection: between them the server's one loop has looked at everything that had come. */
    private static void awaitTwoTurns(Socks5Server server) throws Exception {
        try (RawClient other = new RawClient(server.localAddresses().get(1), InetAddress.getLoopbackAddress())) {
            other.send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send(LOGIN)
                    .expect("01 00");
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void aHeaderFromElsewhereIsRefused(String header) throws Exception {
        Clients events = new Clients();
        InetAddress balancer = InetAddress.getByName("127.0.0.2");
        try (Origin origin = new Origin();
                Socks5Server server = Balancer.behind("127.0.0.2")
                        .maxConnections(1)
                        .listener(events)
                        .start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient liar = new RawClient(server)) {
                    String who = Balancer.from(liar);
                    try {
                        liar.send(header + RawClient.GREETING + RawClient.connect(origin.address()));
                    } catch (SocketException e) {
                        // It was closed at once.
                    }
                    liar.expectDropped();
                    assertThat(events.next()).isEqualTo("rejected " + who + " NOT_A_BALANCER");
                }
            }
            assertThat(origin.untouched()).isTrue();
            try (RawClient good = new RawClient(server, balancer)) {
                good.send(header).tunnelTo(origin.address());
                assertThat(events.next()).isEqualTo("accepted " + Balancer.ALICE);
            }
        }
    }

    @Test
    void withoutAHeaderNothingIsServedNotEvenToABalancer() throws Exception {
        Clients events = new Clients();
        try (Origin origin = new Origin();
                Socks5Server server = Balancer.behind("127.0.0.1")
                        .maxConnections(1)
                        .listener(events)
                        .start()) {
            String request = RawClient.GREETING + RawClient.connect(origin.address());
            for (String octets :
                    List.of(request, "04 01", Balancer.hex("PROXY TCP4 1.2.3.4\r\n") + request, "0d 0a 0d 0b")) {
                try (RawClient balancer = new RawClient(server)) {
                    String who = Balancer.from(balancer);
                    balancer.send(octets).expectDropped();
                    assertThat(events.next()).isEqualTo("accepted " + who);
                    assertThat(events.next()).isEqualTo("closed " + who + " MALFORMED");
                }
            }
            assertThat(origin.untouched()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void whereClientsConnectThemselvesAHeaderIsNotAccepted(String header) throws Exception {
        Clients events = new Clients();
        try (Origin origin = new Origin();
                Socks5Server server = Balancer.behind("127.0.0.1")
                        .listen("127.0.0.1", 0)
                        .listener(events)
                        .start();
                RawClient client = new RawClient(server.localAddresses().get(1), InetAddress.getLoopbackAddress())) {
            client.send(header + RawClient.GREETING + RawClient.connect(origin.address()))
                    .expectDropped();
            assertThat(events.next()).isEqualTo("accepted " + Balancer.from(client));
            assertThat(events.next()).isEqualTo("closed " + Balancer.from(client) + " MALFORMED");
            assertThat(origin.untouched()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void aSecondHeaderIsTheClientsOwn(String header) throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = Balancer.behind("127.0.0.1").listener(events).start();
                RawClient balancer = new RawClient(server)) {
            balancer.send(header + Balancer.line(Balancer.BOB) + RawClient.GREETING)
                    .expectDropped();
            assertThat(events.next()).isEqualTo("accepted " + Balancer.ALICE);
            assertThat(events.next()).isEqualTo("closed " + Balancer.ALICE + " MALFORMED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void aBalancerThatSpeaksForItselfIsServed(String version) throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = Balancer.behind("127.0.0.1").listener(events).start();
                RawClient balancer = new RawClient(server)) {
            balancer.send(version.equals("v1") ? UNKNOWN : LOCAL);
            assertThat(events.next()).isEqualTo("accepted " + Balancer.from(balancer));
            balancer.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        }
    }

    @Test
    void datagramsAreTakenFromTheTrueClientAlone() throws Exception {
        try (UdpOrigin origin = new UdpOrigin();
                Socks5Server server = Balancer.behind("127.0.0.1").start();
                RawClient balancer = new RawClient(server);
                DatagramSocket client = UdpClient.socket("127.0.0.5")) {
            balancer.send(Balancer.line("127.0.0.5:40000") + RawClient.GREETING).expect(RawClient.ANONYMOUS);
            try (UdpClient association = new UdpClient(balancer, "05 03 00 01 00 00 00 00 00 00")) {
                association.send(origin.address(), new byte[] {1}); // From the balancer's address.
                association.sendRaw(client, UdpClient.datagram(Endpoint.of(origin.address()), new byte[] {2}));
                origin.expect(new byte[] {2});
                origin.answer(new byte[] {3});
                assertThat(UdpClient.receive(client).getLength()).isEqualTo(11);
            }
        }
    }

    @Test
    void clientsComeFromOutsideSoInsideIsRefused() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = Balancer.behind("127.0.0.1")
                        .accessRule(AccessRules.builder().build())
                        .start();
                RawClient balancer = new RawClient(server)) {
            balancer.send(Balancer.line(Balancer.ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
            balancer.send(RawClient.connect(origin.address())).expectFailure(0x02);
            assertThat(origin.untouched()).isTrue();
        }
    }

    @Test
    void noWayBackIntoItsOwnListenerWithAHeaderOfTheClientsMaking() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = Balancer.behind("127.0.0.1")
                        .accessRule(AccessRules.builder().build())
                        .listener(events)
                        .start();
                RawClient balancer = new RawClient(server)) {
            balancer.send(Balancer.line(Balancer.ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
            balancer.send(RawClient.connect(server.localAddresses().get(0))).expectFailure(0x02);
            balancer.close();
            assertThat(events.next()).isEqualTo("accepted " + Balancer.ALICE);
            assertThat(events.next()).isEqualTo("closed " + Balancer.ALICE + " REQUEST_FAILED");
        }
    }
}
