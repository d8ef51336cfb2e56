package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a balancer: the client is who the header says, and nobody else may say so. */
@Timeout(120)
class BalancerTest {

    private static final Duration SHORT = Duration.ofMillis(400);
    private static final String ALICE = "192.0.2.1:40000";
    private static final String BOB = "192.0.2.2:40000";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String LOCAL = SIGNATURE + "20000000";
    private static final String UNKNOWN = hex("PROXY UNKNOWN\r\n");
    private static final String LOGIN = "01 05 61 6c 69 63 65 06 73 65 63 72 65 74"; // alice, secret

    /** What happens, and to whom. */
    private static final class Clients implements Socks5ServerListener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            String event = events.poll(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return event == null ? "nothing" : event;
        }

        @Override
        public void accepted(SessionInfo session) {
            events.add("accepted " + Endpoint.of(session.client()));
        }

        @Override
        public void rejected(InetSocketAddress client, Rejection reason) {
            events.add("rejected " + Endpoint.of(client) + " " + reason);
        }

        @Override
        public void closed(SessionInfo session, Ending ending) {
            events.add("closed " + Endpoint.of(session.client()) + " " + ending.reason());
        }
    }

    private static String hex(String ascii) {
        return RawClient.hex(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** A header of version 1. */
    private static String line(String client) {
        Endpoint source = Endpoint.parse(client);
        boolean ipv4 = client.indexOf('[') < 0;
        return hex("PROXY %s %s %s %d 1080\r\n"
                .formatted(
                        ipv4 ? "TCP4" : "TCP6", source.address(), ipv4 ? "192.0.2.9" : "2001:db8::9", source.port()));
    }

    /** A header of version 2, with an extension. */
    private static String block(String client) {
        InetSocketAddress source = Endpoint.parse(client).toInetSocketAddress();
        String address = RawClient.hex(source.getAddress().getAddress());
        boolean ipv4 = client.indexOf('[') < 0;
        return SIGNATURE + "21" + (ipv4 ? "11 0010" : "21 0028") + address + address + RawClient.port(source.getPort())
                + "0438 04 0001 00";
    }

    private static Socks5ServerBuilder behind(String balancer) {
        return Socks5Server.builder()
                .listenBehindBalancer(new InetSocketAddress("127.0.0.1", 0), EndpointPattern.parse(balancer))
                .allowAnonymous()
                .accessRule(AccessRules.builder().allow("127.0.0.0/8").build());
    }

    private static String from(RawClient client) {
        return "127.0.0.1:" + client.socket().getLocalPort();
    }

    static List<String> headers() {
        return List.of(line(ALICE), block(ALICE));
    }

    @ParameterizedTest
    @ValueSource(strings = {ALICE, "[2001:db8::1]:40000"})
    void theClientIsTheOneThatTheHeaderNames(String client) throws Exception {
        Clients events = new Clients();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Origin origin = new Origin();
                Socks5Server server = behind("127.0.0.1")
                        .listener(events)
                        .authenticator((login, who) -> {
                            seen.add("login " + Endpoint.of(who));
                            return Authenticator.of(Map.of("alice", "secret")).authenticate(login, who);
                        })
                        .accessRule(request -> {
                            seen.add("request " + Endpoint.of(request.client()));
                            return Verdict.allow("test");
                        })
                        .start()) {
            for (String header : List.of(line(client), block(client))) {
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
                Socks5Server server = behind("127.0.0.1")
                        .authenticator(Authenticator.of(Map.of("alice", "secret")))
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
                Socks5Server server =
                        behind("127.0.0.2").maxConnections(1).listener(events).start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient liar = new RawClient(server)) {
                    String who = from(liar);
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
                assertThat(events.next()).isEqualTo("accepted " + ALICE);
            }
        }
    }

    @Test
    void withoutAHeaderNothingIsServedNotEvenToABalancer() throws Exception {
        Clients events = new Clients();
        try (Origin origin = new Origin();
                Socks5Server server =
                        behind("127.0.0.1").maxConnections(1).listener(events).start()) {
            String request = RawClient.GREETING + RawClient.connect(origin.address());
            for (String octets : List.of(request, "04 01", hex("PROXY TCP4 1.2.3.4\r\n") + request, "0d 0a 0d 0b")) {
                try (RawClient balancer = new RawClient(server)) {
                    String who = from(balancer);
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
                Socks5Server server = behind("127.0.0.1")
                        .listen("127.0.0.1", 0)
                        .listener(events)
                        .start();
                RawClient client = new RawClient(server.localAddresses().get(1), InetAddress.getLoopbackAddress())) {
            client.send(header + RawClient.GREETING + RawClient.connect(origin.address()))
                    .expectDropped();
            assertThat(events.next()).isEqualTo("accepted " + from(client));
            assertThat(events.next()).isEqualTo("closed " + from(client) + " MALFORMED");
            assertThat(origin.untouched()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void aSecondHeaderIsTheClientsOwn(String header) throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = behind("127.0.0.1").listener(events).start();
                RawClient balancer = new RawClient(server)) {
            balancer.send(header + line(BOB) + RawClient.GREETING).expectDropped();
            assertThat(events.next()).isEqualTo("accepted " + ALICE);
            assertThat(events.next()).isEqualTo("closed " + ALICE + " MALFORMED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void aBalancerThatSpeaksForItselfIsServed(String version) throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = behind("127.0.0.1").listener(events).start();
                RawClient balancer = new RawClient(server)) {
            balancer.send(version.equals("v1") ? UNKNOWN : LOCAL);
            assertThat(events.next()).isEqualTo("accepted " + from(balancer));
            balancer.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        }
    }

    @Test
    void connectionsAreCountedForTheTrueClient() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server =
                behind("127.0.0.1").maxPerClient(1).listener(events).start()) {
            try (RawClient first = new RawClient(server)) {
                first.send(line(ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
                assertThat(events.next()).isEqualTo("accepted " + ALICE);
                for (String again : List.of("192.0.2.1:40001", "[::ffff:192.0.2.1]:40002")) {
                    try (RawClient second = new RawClient(server)) {
                        second.send(block(again) + RawClient.GREETING).expectDropped();
                        assertThat(events.next())
                                .isEqualTo(
                                        "rejected " + again.replaceAll("\\[::ffff:|]", "") + " TOO_MANY_FROM_CLIENT");
                    }
                }
                try (RawClient other = new RawClient(server)) {
                    other.send(line(BOB) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    assertThat(events.next()).isEqualTo("accepted " + BOB);
                }
                assertThat(events.next()).isEqualTo("closed " + BOB + " CLIENT_LEFT");
            }
            assertThat(events.next()).isEqualTo("closed " + ALICE + " CLIENT_LEFT");
            try (RawClient again = new RawClient(server)) {
                again.send(line(ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
            }
            // Those that were refused do not count any more, nor does anything else.
            assertThat(server.shutdown(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void theTotalIsCountedFromAcceptanceOn() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = behind("127.0.0.1")
                .maxConnections(1)
                .maxPerClient(1)
                .listener(events)
                .start()) {
            for (String part : List.of("", "50 52")) {
                try (RawClient silent = new RawClient(server).send(part);
                        RawClient next = new RawClient(server)) {
                    next.expectDropped();
                    assertThat(events.next()).isEqualTo("rejected " + from(next) + " TOO_MANY_CONNECTIONS");
                    silent.socket().shutdownOutput();
                    assertThat(events.next()).isEqualTo("accepted " + from(silent));
                    assertThat(events.next()).isEqualTo("closed " + from(silent) + " CLIENT_LEFT");
                }
            }
            try (RawClient client = new RawClient(server)) {
                client.send(line(ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
            }
            assertThat(server.shutdown(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void waitingForTheHeaderIsPartOfTheHandshake() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = behind("127.0.0.1")
                        .maxUnauthenticated(1)
                        .eventLoops(1) // They are taken over in their order.
                        .listener(events)
                        .start();
                RawClient silent = new RawClient(server);
                RawClient next = new RawClient(server)) {
            silent.expectDropped();
            assertThat(events.next()).isEqualTo("accepted " + from(silent));
            assertThat(events.next()).isEqualTo("closed " + from(silent) + " EVICTED");
            next.send(line(ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
        }
    }

    @Test
    void oneDeadlineForHeaderAndHandshake() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = behind("127.0.0.1")
                        .handshakeTimeout(SHORT)
                        .listener(events)
                        .start();
                RawClient silent = new RawClient(server);
                RawClient named = new RawClient(server);
                RawClient slow = new RawClient(server)) {
            named.send(line(ALICE)).expectDropped();
            silent.expectDropped();
            expectDroppedThoughItGoesOn(slow.send(SIGNATURE + "20 00 0fff"));
            List<String> all =
                    List.of(events.next(), events.next(), events.next(), events.next(), events.next(), events.next());
            assertThat(all)
                    .containsExactlyInAnyOrder(
                            "accepted " + ALICE,
                            "accepted " + from(silent),
                            "accepted " + from(slow),
                            "closed " + ALICE + " HANDSHAKE_TIMEOUT",
                            "closed " + from(silent) + " HANDSHAKE_TIMEOUT",
                            "closed " + from(slow) + " HANDSHAKE_TIMEOUT");
        }
    }

    private static void expectDroppedThoughItGoesOn(RawClient client) throws Exception {
        client.socket().setSoTimeout(50);
        for (int i = 0; i < 200; i++) {
            try {
                client.send("00").expectDropped();
                return;
            } catch (SocketTimeoutException e) {
                // Not yet: the next octet.
            } catch (SocketException e) {
                return; // The octet came too late.
            }
        }
        throw new AssertionError("still open after ten seconds");
    }

    @Test
    void clientsComeFromOutsideSoInsideIsRefused() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = behind("127.0.0.1")
                        .accessRule(AccessRules.builder().build())
                        .start();
                RawClient balancer = new RawClient(server)) {
            balancer.send(line(ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
            balancer.send(RawClient.connect(origin.address())).expectFailure(0x02);
            assertThat(origin.untouched()).isTrue();
        }
    }

    @Test
    void noWayBackIntoItsOwnListenerWithAHeaderOfTheClientsMaking() throws Exception {
        Clients events = new Clients();
        try (Socks5Server server = behind("127.0.0.1")
                        .accessRule(AccessRules.builder().build())
                        .listener(events)
                        .start();
                RawClient balancer = new RawClient(server)) {
            balancer.send(line(ALICE) + RawClient.GREETING).expect(RawClient.ANONYMOUS);
            balancer.send(RawClient.connect(server.localAddresses().get(0))).expectFailure(0x02);
            assertThat(events.next()).isEqualTo("accepted " + ALICE);
            assertThat(events.next()).isEqualTo("closed " + ALICE + " REQUEST_FAILED");
        }
    }

    @Test
    void theEndOfTheServerIsTheEndOfTheWait() throws Exception {
        Clients events = new Clients();
        Socks5Server server = behind("127.0.0.1")
                .maxUnauthenticated(1)
                .eventLoops(1) // They are taken over in their order.
                .listener(events)
                .start();
        try (RawClient evicted = new RawClient(server);
                RawClient silent = new RawClient(server)) {
            evicted.expectDropped(); // So the other has been taken over.
            assertThat(events.next() + ", " + events.next()).endsWith("EVICTED");
            assertThat(server.shutdown(Duration.ofMillis(1))).isFalse();
            silent.expectDropped();
            assertThat(events.next()).isEqualTo("accepted " + from(silent));
            assertThat(events.next()).isEqualTo("closed " + from(silent) + " SHUTDOWN");
        } finally {
            server.close();
        }
    }
}
