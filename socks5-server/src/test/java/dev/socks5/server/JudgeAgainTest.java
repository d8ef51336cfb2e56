package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.server.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that are open when users or rules change, and that the operator wants judged by the new ones. */
@Timeout(60)
class JudgeAgainTest {

    private static final String NAME = "a.test";
    private static final String TOR_RESOLVE = "05 f0 00 01 7f 00 00 01 00 00";

    private final Endings endings = new Endings();
    private final AtomicInteger lookUps = new AtomicInteger();
    private final Socks5ServerBuilder builder = Socks5Server.builder()
            .listen("127.0.0.1", 0)
            .eventLoops(1)
            .listener(endings)
            .resolver(name -> {
                lookUps.incrementAndGet();
                return List.of(InetAddress.getByName("127.0.0.1"));
            });
    private Origin origin;

    /** Writes down how each client's session has ended. */
    private static final class Endings implements Socks5ServerListener {
        private final Map<String, CompletableFuture<CloseReason>> reasons = new ConcurrentHashMap<>();

        @Override
        public void closed(SessionInfo session, SessionEnd ending) {
            reason(session.client().toString()).complete(ending.reason());
        }

        private CompletableFuture<CloseReason> reason(String client) {
            return reasons.computeIfAbsent(client, unknown -> new CompletableFuture<>());
        }

        private CloseReason of(RawClient client) throws Exception {
            return reason("127.0.0.1:" + client.socket().getLocalPort())
                    .get(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @BeforeEach
    void open() throws IOException {
        origin = new Origin();
    }

    @AfterEach
    void close() {
        origin.close();
    }

    private static AccessRules denying(String pattern) {
        return AccessRules.builder().deny(pattern).build();
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    /** Logs in by the password "pw" of a user whose name has two letters, and opens a tunnel. */
    private RawClient tunnelOf(String user, Socks5Server server) throws IOException {
        String login = "01 02 %02x %02x 02 70 77".formatted((int) user.charAt(0), (int) user.charAt(1));
        RawClient client = new RawClient(server).send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
        client.send(login)
                .expect("01 00")
                .send(RawClient.connect(origin.address()))
                .expectSuccess();
        return client;
    }

    private void assertEnded(RawClient client) throws Exception {
        client.expectDropped();
        assertNotAllowed(client);
    }

    private void assertNotAllowed(RawClient client) throws Exception {
        assertThat(endings.of(client)).isEqualTo(CloseReason.NO_LONGER_ALLOWED);
    }

    private static void assertReset(Socket socket) throws IOException {
        socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    private static void assertCarries(RawClient client, Socket behind) throws IOException {
        client.send("01 02");
        assertThat(behind.getInputStream().readNBytes(2)).containsExactly(1, 2);
        behind.getOutputStream().write(3);
        assertThat(client.read(1)).containsExactly(3);
    }

    @Test
    void whoseUserIsGoneOrHasAnotherPasswordIsEnded() throws Exception {
        builder.authenticator(PasswordAuthenticator.of(Map.of("al", "pw", "bo", "pw", "cy", "pw")));
        try (Socks5Server server = builder.start();
                RawClient gone = tunnelOf("al", server);
                RawClient changed = tunnelOf("bo", server);
                RawClient stays = tunnelOf("cy", server)) {
            Socket behindGone = origin.take();
            origin.take();
            Socket behindStays = origin.take();
            assertThat(server.judgeAgain()).isZero();
            server.reconfigure(
                    builder.authenticator(PasswordAuthenticator.of(Map.of("bo", "other", "cy", "pw", "di", "pw"))));
            assertCarries(gone, behindGone);
            assertThat(server.judgeAgain()).isEqualTo(2);
            assertNotAllowed(gone);
            assertEnded(changed);
            // Nobody takes a cut transfer for a whole one.
            assertReset(gone.socket());
            assertReset(behindGone);
            assertCarries(stays, behindStays);
            assertThat(server.sessions()).hasSize(1);
        }
    }

    /** Whoever has come in by a way that there is no more is ended, with a login and without. */
    @Test
    void aLoginThatIsNeededNowEndsThoseWithoutOneAndTheOtherWayRound() throws Exception {
        PasswordAuthenticator users = PasswordAuthenticator.of(Map.of("al", "pw"));
        try (Socks5Server server = builder.start();
                RawClient anonymous = new RawClient(server).tunnelTo(origin.address());
                RawClient greeted = greeted(server)) {
            server.reconfigure(builder.authenticator(users));
            assertThat(server.judgeAgain()).isEqualTo(2);
            assertEnded(anonymous);
            assertEnded(greeted);
            origin.take();
            try (RawClient user = tunnelOf("al", server)) {
                Socks5ServerBuilder without = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .eventLoops(1)
                        .listener(endings)
                        .method(AuthMethod.NO_AUTHENTICATION, client -> ServerNegotiation.noAuthentication());
                server.reconfigure(without);
                assertThat(server.judgeAgain()).isEqualTo(1);
                assertEnded(user);
                origin.take();
                try (RawClient stays = new RawClient(server).tunnelTo(origin.address())) {
                    server.reconfigure(without.authenticator(users)); // Nobody has to log in, but may.
                    assertThat(server.judgeAgain()).isZero();
                    assertCarries(stays, origin.take());
                }
            }
        }
    }

    @Test
    void theAuthenticatorsOwnAnswerCountsAndItsFailureIsANo() throws Exception {
        PasswordAuthenticator admitting = new PasswordAuthenticator() {
            @Override
            public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client) {
                return Optional.of(new User(login.username()));
            }

            @Override
            public boolean admits(Principal user) {
                if (user.getName().equals("al")) {
                    throw new IllegalStateException("on purpose");
                }
                return user.getName().equals("bo");
            }
        };
        try (Socks5Server server = builder.authenticator((login, from) -> Optional.of(new User(login.username())))
                        .start();
                RawClient fails = tunnelOf("al", server);
                RawClient stays = tunnelOf("bo", server);
                RawClient goes = tunnelOf("cy", server)) {
            assertThat(server.judgeAgain()).isZero(); // It admits everybody, unless it says otherwise.
            server.reconfigure(builder.authenticator(admitting));
            assertThat(server.judgeAgain()).isEqualTo(2);
            assertEnded(fails);
            assertEnded(goes);
            origin.take();
            assertCarries(stays, origin.take());
        }
    }

    @Test
    void aUserOfAPrivateMethodIsAskedForByIt() throws Exception {
        MethodAuthenticator closing = new MethodAuthenticator() {
            @Override
            public ServerNegotiation begin(ClientAddress client) {
                return new Words(1);
            }

            @Override
            public boolean admits(Principal user) {
                return !user.getName().equals("alice");
            }
        };
        try (Socks5Server server =
                        builder.method(Words.METHOD, client -> new Words(1)).start();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED).send(Words.ALICE).read(1);
            client.send(RawClient.connect(origin.address())).expectSuccess();
            Socks5ServerBuilder other = Socks5Server.builder()
                    .listen("127.0.0.1", 0)
                    .eventLoops(1)
                    .listener(endings)
                    .method(Words.METHOD, closing);
            server.reconfigure(other);
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertEnded(client);
        }
    }

    @Test
    void aUserByCertificateIsAskedForByTheNewAuthenticatorOfCertificates() throws Exception {
        Socks5ServerBuilder tls = Socks5Server.builder()
                .listenTls(TlsPeers.ANY_PORT, TlsPeers.serverContext(), TlsPeers.asking(true))
                .eventLoops(1)
                .listener(endings)
                .certificateLogin((chain, client) -> Optional.of(new User("alice")));
        CertificateAuthenticator closing = new CertificateAuthenticator() {
            @Override
            public Optional<? extends Principal> authenticate(List<X509Certificate> chain, ClientAddress client) {
                return Optional.empty();
            }

            @Override
            public boolean admits(Principal user) {
                return !user.getName().equals("alice");
            }
        };
        try (Socks5Server server = tls.start();
                RawClient client =
                        TlsPeers.client(server, TlsPeers.AUTHORITY.context(TlsPeers.AUTHORITY.issue("alice")))) {
            client.tunnelTo(origin.address());
            assertThat(server.judgeAgain()).isZero();
            server.reconfigure(tls.certificateLogin(closing));
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertNotAllowed(client);
        }
    }

    @Test
    void rulesOnNamesAndAddressesJudgeWhatWasDialledWithoutALookUp() throws Exception {
        try (Socks5Server server = builder.start();
                RawClient byName = greeted(server);
                RawClient byAddress = greeted(server)) {
            byName.send(RawClient.connect(NAME, origin.port())).expectSuccess();
            byAddress.send(RawClient.connect(origin.address())).expectSuccess();
            server.reconfigure(builder.accessRule(denying("b.test")));
            assertThat(server.judgeAgain()).isZero();
            server.reconfigure(builder.accessRule(denying(NAME)));
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertEnded(byName);
            try (RawClient again = greeted(server)) {
                server.reconfigure(builder.accessRule(denying("b.test")));
                again.send(RawClient.connect(NAME, origin.port())).expectSuccess();
                int before = lookUps.get();
                server.reconfigure(builder.accessRule(denying("127.0.0.0/8")));
                assertThat(server.judgeAgain()).isEqualTo(2);
                assertEnded(byAddress);
                assertEnded(again);
                assertThat(lookUps).hasValue(before);
            }
        }
    }

    /** It decides before a look-up, and has nothing against any address. */
    @Test
    void aRuleOnTheNameAloneCounts() throws Exception {
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect(NAME, origin.port())).expectSuccess();
            server.reconfigure(builder.accessRule(
                    request -> request.resolved() == null ? Verdict.deny("the name") : Verdict.allow("any address")));
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertEnded(client);
        }
    }

    /** Of several addresses that were found, the one that was reached counts. */
    @Test
    void onlyTheAddressThatWasReachedCounts() throws Exception {
        builder.resolver(name -> List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2")));
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect(NAME, origin.port())).expectSuccess();
            server.reconfigure(builder.accessRule(denying("127.0.0.2")));
            assertThat(server.judgeAgain()).isZero();
            server.reconfigure(builder.accessRule(denying("127.0.0.1")));
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertEnded(client);
        }
    }

    /** A rule had lifted them. */
    @Test
    void theServersDefaultsCount() throws Exception {
        AtomicInteger toItself = new AtomicInteger();
        builder.accessRule(request -> {
            toItself.incrementAndGet();
            return Verdict.allow("even this server");
        });
        try (Socks5Server server = builder.start();
                RawClient client =
                        new RawClient(server).tunnelTo(server.localAddresses().get(0))) {
            assertThat(server.judgeAgain()).isZero();
            server.reconfigure(builder.accessRule(AccessRules.builder().build()));
            assertThat(server.judgeAgain()).isEqualTo(1);
            client.expectDropped();
            assertThat(toItself).hasValue(2);
        }
    }

    @Test
    void aRuleThatThrowsEndsTheSession() throws Exception {
        try (Socks5Server server = builder.start();
                RawClient client = new RawClient(server).tunnelTo(origin.address());
                RawClient greeted = greeted(server)) {
            server.reconfigure(builder.accessRule(request -> {
                throw new IllegalStateException("on purpose");
            }));
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertEnded(client);
            server.reconfigure(builder.accessRule(request -> Verdict.undecided()));
            greeted.send(RawClient.connect(origin.address())).expectSuccess(); // It had not asked for anything yet.
        }
    }

    /** A name goes to the upstream as it is, and so the name is what was asked for; the upstream is no destination. */
    @Test
    void onARouteThroughAnUpstreamItIsWhatThatWasAskedFor() throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = builder.connector(Connector.always(Route.through(upstream.upstream())))
                        .start();
                RawClient client = greeted(server)) {
            String request = RawClient.connect(NAME, 80);
            client.send(request);
            upstream.acceptRequest(request).send("05 00 00 01 7f 00 00 09 00 50");
            client.expectSuccess();
            server.reconfigure(builder.accessRule(denying("127.0.0.0/8")));
            assertThat(server.judgeAgain()).isZero();
            server.reconfigure(builder.accessRule(denying("*.test:80")));
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertEnded(client);
            assertThat(lookUps).hasValue(0);
        }
    }

    /** Nobody knows which of the addresses it has used: all have to be allowed. */
    @Test
    void onADiallersRouteItIsWhatThatWasAskedFor() throws Exception {
        Route own = Route.by(request -> Transport.servedBy((in, out) -> in.transferTo(out)));
        builder.resolver(name -> List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2")));
        builder.connector(request -> request.destination().toString().contains(NAME) ? own : own.lookingUpNames());
        try (Socks5Server server = builder.start();
                RawClient byName = greeted(server);
                RawClient byAddresses = greeted(server)) {
            byName.send(RawClient.connect(NAME, 80)).expectSuccess();
            byAddresses.send(RawClient.connect("b.test", 80)).expectSuccess();
            server.reconfigure(builder.accessRule(denying("127.0.0.2")));
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertEnded(byAddresses);
            byName.send("07").expect("07");
            server.reconfigure(builder.accessRule(denying(NAME)));
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertEnded(byName);
        }
    }

    @Test
    void anAssociationIsJudgedByItself() throws Exception {
        try (Socks5Server server = builder.start();
                UdpClient client = new UdpClient(server);
                UdpOrigin behind = new UdpOrigin()) {
            client.send(behind.address(), new byte[] {1});
            behind.expect(new byte[] {1});
            server.reconfigure(builder.accessRule(denying("127.0.0.0/8")));
            assertThat(server.judgeAgain()).isZero(); // Its destinations are judged with its datagrams.
            server.reconfigure(builder.accessRule(request -> Verdict.deny("no associations")));
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertEnded(client.control());
        }
    }

    @Test
    void aBindIsJudgedByItsRequestAndByItsPeer() throws Exception {
        AccessRule any = AccessRules.builder().allow("0.0.0.0/0").build();
        try (Socks5Server server = builder.accessRule(any).start();
                RawClient client = greeted(server);
                RawClient waits = greeted(server);
                RawClient named = greeted(server)) {
            InetSocketAddress bound = bind(client, "01 00 00 00 00");
            InetSocketAddress other = bind(named, "03 06 61 2e 74 65 73 74");
            bind(waits, "01 00 00 00 00");
            try (Socket peer = new Socket(bound.getAddress(), bound.getPort());
                    Socket another = new Socket(other.getAddress(), other.getPort())) {
                client.expectSuccess();
                named.expectSuccess();
                server.reconfigure(builder.accessRule(AccessRules.builder()
                        .deny("127.0.0.1")
                        .allow("0.0.0.0/0")
                        .build()));
                assertThat(server.judgeAgain()).isEqualTo(2);
                assertEnded(client);
                assertEnded(named);
                assertReset(peer);
                assertReset(another);
                server.reconfigure(builder.accessRule(AccessRules.builder().build()));
                assertThat(server.judgeAgain()).isEqualTo(1);
                assertEnded(waits);
            }
        }
    }

    private static InetSocketAddress bind(RawClient client, String expected) throws IOException {
        client.send("05 02 00 " + expected + " 00 00");
        return client.readReply();
    }

    /** A request that is being judged is left to its judgement, which is made again, and gets its reply. */
    @Test
    void whatIsNotDecidedYetIsLeftToTheDecision() throws Exception {
        CountDownLatch judging = new CountDownLatch(1);
        CountDownLatch decided = new CountDownLatch(1);
        builder.accessRule(request -> {
            judging.countDown();
            try {
                decided.await(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return Verdict.deny("interrupted");
            }
            return Verdict.allow("by the old rules");
        });
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server);
                RawClient silent = new RawClient(server)) {
            client.send(RawClient.connect(origin.address()));
            assertThat(judging.await(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
            server.reconfigure(builder.accessRule(denying("127.0.0.0/8")));
            assertThat(server.judgeAgain()).isZero();
            decided.countDown();
            client.expectFailure(0x02);
            silent.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        }
    }

    /** It has its answer, and the connection is about to end: the reason stays what it was. */
    @Test
    void whoIsBeingSentAwayIsLeftAlone() throws Exception {
        try (Socks5Server server = builder.torResolve().start();
                RawClient client = greeted(server)) {
            client.send(TOR_RESOLVE).expect("05 00 00 01 7f 00 00 01 00 00").expectEnd();
            server.reconfigure(builder.accessRule(denying("127.0.0.0/8")));
            assertThat(server.judgeAgain()).isZero();
            client.socket().shutdownOutput();
            assertThat(endings.of(client)).isEqualTo(CloseReason.FINISHED);
        }
    }

    @Test
    void aClosedServerHasNobodyToJudge() throws Exception {
        Socks5Server server = builder.start();
        try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            server.close();
            server.reconfigure(
                    builder.accessRule(denying(Endpoint.of(origin.address()).toString())));
            assertThat(server.judgeAgain()).isZero();
            client.expectDropped();
        }
    }
}
