package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.Socks5ServerListener.Rejection;
import dev.socks5.server.internal.net.Network;
import dev.socks5.server.internal.net.SystemNetwork;
import dev.socks5.server.internal.session.Permit;
import dev.socks5.server.transport.Transport;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings that are replaced while the server runs: what is decided before goes on, everything else is by the new. */
@Timeout(60)
class ReconfigureTest {

    private static final AccessRule NOTHING = request -> Verdict.deny("nothing any more");
    private static final String LOGIN = "01 02 61 6c 02 70 77";
    private static final PasswordAuthenticator AL = PasswordAuthenticator.of(Map.of("al", "pw"));
    private static final PasswordAuthenticator BO = PasswordAuthenticator.of(Map.of("bo", "pw"));

    private final Recorder events = new Recorder();
    private final Socks5ServerBuilder builder =
            Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).listener(events);
    private Origin origin;

    @BeforeEach
    void open() throws IOException {
        origin = new Origin();
    }

    @AfterEach
    void close() {
        origin.close();
    }

    /** Holds whoever comes by until a test lets go. */
    private static final class Gate {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        private void pass() {
            reached.countDown();
            await(open);
        }

        private void awaitReached() {
            await(reached);
        }

        private void letGo() {
            open.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                        .isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    private static RawClient loggedIn(Socks5Server server) throws IOException {
        return new RawClient(server)
                .send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send(LOGIN)
                .expect("01 00");
    }

    private static void assertCarries(RawClient client, Socket behind) throws IOException {
        client.send("01 02");
        assertThat(behind.getInputStream().readNBytes(2)).containsExactly(1, 2);
        behind.getOutputStream().write(3);
        assertThat(client.read(1)).containsExactly(3);
    }

    private String request() {
        return RawClient.connect(origin.address());
    }

    @Test
    void openTunnelsStayAndNewRequestsAreJudgedByTheNewRules() throws Exception {
        try (Socks5Server server = builder.start();
                RawClient before = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            assertCarries(before, behind);
            try (RawClient greeted = greeted(server)) {
                server.reconfigure(builder.accessRule(NOTHING));
                greeted.send(request()).expectFailure(0x02);
            }
            try (RawClient after = greeted(server)) {
                after.send(request()).expectFailure(0x02);
            }
            assertCarries(before, behind);
            server.reconfigure(builder.accessRule(request -> Verdict.undecided()));
            try (RawClient again = new RawClient(server).tunnelTo(origin.address())) {
                assertCarries(again, origin.take());
            }
        }
    }

    /** The screening has begun by the old rules, and has not ended when the call returns. */
    @Test
    void aScreeningThatStraddlesTheChangeIsMadeAgain() throws Exception {
        Gate gate = new Gate();
        builder.accessRule(request -> {
            gate.pass();
            return Verdict.allow("by the old rules");
        });
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server).send(request())) {
            gate.awaitReached();
            server.reconfigure(builder.accessRule(NOTHING));
            gate.letGo();
            client.expectFailure(0x02);
            assertThat(events.until("requestFailed")).last().asString().contains("nothing any more");
            assertThat(origin.untouched()).isTrue();
        }
    }

    @Test
    void aRefusalThatStraddlesTheChangeIsMadeAgain() throws Exception {
        Gate gate = new Gate();
        builder.accessRule(request -> {
            gate.pass();
            return Verdict.deny("by the old rules");
        });
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server).send(request())) {
            gate.awaitReached();
            server.reconfigure(builder.accessRule(request -> Verdict.undecided()));
            gate.letGo();
            client.expectSuccess();
            assertCarries(client, origin.take());
        }
    }

    /** An old look-up is of no use to the new rules, even if they would allow what it has found. */
    @Test
    void aLookUpThatStraddlesTheChangeIsMadeAgainByTheNewResolver() throws Exception {
        Gate gate = new Gate();
        builder.resolver(name -> {
            gate.pass();
            return List.of(InetAddress.getByName("127.0.0.9"));
        });
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server).send(RawClient.connect("a.test", origin.port()))) {
            gate.awaitReached();
            server.reconfigure(builder.resolver(name -> List.of(InetAddress.getByName("127.0.0.1"))));
            gate.letGo();
            client.expectSuccess();
            assertCarries(client, origin.take());
        }
    }

    /** It goes on like a tunnel that is open. */
    @Test
    void aDialThatIsUnderWayGoesOn() throws Exception {
        Gate gate = new Gate();
        builder.connector(Connector.always(Route.by(request -> {
            gate.pass();
            return Transport.servedBy((in, out) -> in.transferTo(out));
        })));
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server).send(request())) {
            gate.awaitReached();
            server.reconfigure(builder.accessRule(NOTHING).connector(Connector.always(Route.direct())));
            gate.letGo();
            client.expectSuccess();
            client.send("07").expect("07");
        }
    }

    @Test
    void aLoginThatStraddlesTheChangeHasToBeAdmittedByTheNewAuthenticator() throws Exception {
        Gate gate = new Gate();
        builder.authenticator((login, from) -> {
            gate.pass();
            return AL.authenticate(login, from);
        });
        try (Socks5Server server = builder.start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send(LOGIN);
            gate.awaitReached();
            server.reconfigure(builder.authenticator(BO));
            gate.letGo();
            client.expect("01 01").expectEnd();
            assertThat(events.until("closed"))
                    .containsSequence("loginFailed the settings have changed during the login")
                    .noneMatch(event -> event.startsWith("authenticated"));
        }
    }

    @Test
    void aLoginThatStraddlesTheChangeAndIsAdmittedIsGood() throws Exception {
        Gate gate = new Gate();
        builder.authenticator((login, from) -> {
            gate.pass();
            return AL.authenticate(login, from);
        });
        try (Socks5Server server = builder.start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send(LOGIN);
            gate.awaitReached();
            server.reconfigure(builder.authenticator(PasswordAuthenticator.of(Map.of("al", "pw", "bo", "x"))));
            gate.letGo();
            client.expect("01 00").send(request()).expectSuccess();
            assertThat(events.until("connected")).contains("authenticated al");
        }
    }

    /** The question whether it is admitted may block, and straddle the next change. */
    @Test
    void aLoginThatStraddlesTwoChangesIsAskedOfBoth() throws Exception {
        Gate first = new Gate();
        Gate second = new Gate();
        builder.authenticator((login, from) -> {
            first.pass();
            return AL.authenticate(login, from);
        });
        PasswordAuthenticator slow = new PasswordAuthenticator() {
            @Override
            public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client) {
                return Optional.empty();
            }

            @Override
            public boolean admits(Principal user) {
                second.pass();
                return true;
            }
        };
        try (Socks5Server server = builder.start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send(LOGIN);
            first.awaitReached();
            server.reconfigure(builder.authenticator(slow));
            first.letGo();
            second.awaitReached();
            server.reconfigure(builder.authenticator(BO));
            second.letGo();
            client.expect("01 01").expectEnd();
        }
    }

    /** It says so: the settings are not to blame. */
    @Test
    void aLoginThatStraddlesTheChangeIsRefusedIfThereIsNoRoomForTheQuestion() throws Exception {
        Gate gate = new Gate();
        AtomicInteger pieces = new AtomicInteger();
        builder.executor(work -> {
            if (pieces.incrementAndGet() > 1) {
                throw new RejectedExecutionException("on purpose");
            }
            new Thread(work).start();
        });
        builder.authenticator((login, from) -> {
            gate.pass();
            return AL.authenticate(login, from);
        });
        try (Socks5Server server = builder.start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send(LOGIN);
            gate.awaitReached();
            server.reconfigure(builder.authenticator((login, from) -> Optional.empty()));
            gate.letGo();
            client.expect("01 01").expectEnd();
            assertThat(events.until("loginFailed")).last().isEqualTo("loginFailed there is no room for another login");
        }
    }

    /** The certificate was a login by the old settings, and the client has said nothing yet. */
    @Test
    void aCertificateThatStraddlesTheChangeHasToBeAdmittedAsWell() throws Exception {
        CountDownLatch judged = new CountDownLatch(1);
        Socks5ServerBuilder tls = Socks5Server.builder()
                .listenTls(TlsPeers.ANY_PORT, TlsPeers.serverContext(), TlsPeers.asking(true))
                .eventLoops(1)
                .listener(events)
                .certificateLogin(new CertificateAuthenticator() {
                    @Override
                    public Optional<? extends Principal> authenticate(
                            List<X509Certificate> chain, ClientAddress client) {
                        judged.countDown();
                        return Optional.of(new User("alice"));
                    }

                    @Override
                    public boolean mayBlock() {
                        return false; // So that the loop has taken its answer before it does anything else.
                    }
                });
        CertificateAuthenticator nobody = new CertificateAuthenticator() {
            @Override
            public Optional<? extends Principal> authenticate(List<X509Certificate> chain, ClientAddress client) {
                return Optional.empty();
            }

            @Override
            public boolean admits(Principal user) {
                return false;
            }
        };
        SSLContext alice = TlsPeers.AUTHORITY.context(TlsPeers.AUTHORITY.issue("alice"));
        try (Socks5Server server = tls.start();
                RawClient client = TlsPeers.client(server, alice)) {
            Gate.await(judged);
            try (RawClient next = TlsPeers.client(server, alice)) {
                next.tunnelTo(origin.address()); // The loop has done this after the other one's login.
                origin.take().close(); // Or it would wait for the end when it closes.
                next.expectEnd();
            }
            server.reconfigure(tls.certificateLogin(nobody));
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).expectEnd();
            assertThat(events.until("loginFailed"))
                    .filteredOn(event -> event.startsWith("authenticated"))
                    .hasSize(1);
        }
    }

    /** It was let in before, and nothing was granted. */
    @Test
    void aRequestAfterTheChangeIsRefusedToAUserWhoIsGone() throws Exception {
        try (Socks5Server server = builder.authenticator(AL).start();
                RawClient gone = loggedIn(server);
                RawClient stays = loggedIn(server)) {
            server.reconfigure(builder.authenticator(PasswordAuthenticator.of(Map.of("al", "other"))));
            gone.send(request()).expectFailure(0x02);
            assertThat(origin.untouched()).isTrue();
            server.reconfigure(builder.authenticator(AL));
            stays.send(request()).expectSuccess();
        }
    }

    @Test
    void aRequestAfterTheChangeIsRefusedWithoutTheLoginThatIsNeededNow() throws Exception {
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server)) {
            server.reconfigure(builder.authenticator(AL));
            client.send(request()).expectFailure(0x02);
            try (RawClient anonymous = new RawClient(server)) {
                anonymous.send(RawClient.GREETING).expect("05 ff").expectEnd();
            }
            try (RawClient user = loggedIn(server)) {
                user.send(request()).expectSuccess();
            }
        }
    }

    @Test
    void limitsOnConnectionsHoldForThoseThatCome() throws Exception {
        try (Socks5Server server = builder.start();
                RawClient first = new RawClient(server).tunnelTo(origin.address());
                RawClient second = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            server.reconfigure(builder.maxConnections(1));
            expectRejected(server, Rejection.TOO_MANY_CONNECTIONS);
            assertCarries(first, behind);
            assertCarries(second, origin.take());
            server.reconfigure(builder.maxConnections(10).maxPerClient(2));
            expectRejected(server, Rejection.TOO_MANY_FROM_CLIENT);
            server.reconfigure(builder.maxPerClient(3));
            try (RawClient third = new RawClient(server).tunnelTo(origin.address())) {
                assertCarries(third, origin.take());
            }
        }
    }

    private void expectRejected(Socks5Server server, Rejection reason) throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.expectDropped();
        }
        assertThat(events.until("rejected")).last().isEqualTo("rejected " + reason);
    }

    @Test
    void aSmallerLobbyEvictsAllThatAreTooMany() throws Exception {
        try (Socks5Server server = builder.start();
                RawClient first = greeted(server);
                RawClient second = greeted(server);
                RawClient third = greeted(server)) {
            server.reconfigure(builder.maxUnauthenticated(2));
            try (RawClient last = greeted(server)) {
                first.expectDropped();
                second.expectDropped();
                assertThat(events.ending().reason()).isEqualTo(CloseReason.EVICTED);
                third.send(request()).expectSuccess();
                last.send(request()).expectSuccess();
            }
        }
    }

    @Test
    void limitsOnUsersHoldForThoseWhoLogIn() throws Exception {
        try (Socks5Server server = builder.authenticator(AL).start();
                RawClient first = loggedIn(server)) {
            server.reconfigure(builder.maxPerUser(1));
            try (RawClient second = loggedIn(server)) {
                second.send(request()).expectFailure(0x02);
            }
            first.send(request()).expectSuccess();
        }
    }

    @Test
    void theThrottleCountsFromThenOn() throws Exception {
        try (Socks5Server server = builder.authenticator(BO).start()) {
            failToLogIn(server);
            server.reconfigure(builder.loginThrottle(1, Duration.ofHours(1)));
            failToLogIn(server);
            expectRejected(server, Rejection.TOO_MANY_FAILED_LOGINS);
            server.reconfigure(builder.loginThrottle(2, Duration.ofHours(1)));
            failToLogIn(server);
            expectRejected(server, Rejection.TOO_MANY_FAILED_LOGINS);
        }
    }

    private static void failToLogIn(Socks5Server server) throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
            client.send(LOGIN).expect("01 01").expectEnd();
        }
    }

    @Test
    void timeLimitsHoldWhenTheyAreNextSet() throws Exception {
        try (Socks5Server server = builder.start();
                RawClient before = greeted(server)) {
            server.reconfigure(builder.handshakeTimeout(Duration.ofMillis(1)));
            try (RawClient after = new RawClient(server)) {
                after.expectDropped();
                assertThat(events.ending().reason()).isEqualTo(CloseReason.HANDSHAKE_TIMEOUT);
            }
            server.reconfigure(builder.idleTimeout(Duration.ofMillis(1)));
            before.send(request()).expectSuccess();
            before.expectDropped();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
        }
    }

    /** By a clock that stands still: no more than a moment's bytes go through. */
    @Test
    void bandwidthHoldsForTunnelsThatAreOpenedFromThenOn() throws Exception {
        Network stopped = mock(Network.class, delegatesTo(new SystemNetwork()));
        doReturn(0L).when(stopped).nanoTime();
        byte[] bytes = new byte[300_000];
        try (Socks5Server server = builder.start(stopped);
                RawClient before = new RawClient(server).tunnelTo(origin.address())) {
            Socket behindBefore = origin.take();
            assertCarries(before, behindBefore);
            server.reconfigure(builder.bandwidthPerConnection(100_000));
            try (RawClient after = new RawClient(server).tunnelTo(origin.address())) {
                Socket behindAfter = origin.take();
                after.send(bytes);
                before.send(bytes);
                assertThat(behindBefore.getInputStream().readNBytes(bytes.length))
                        .isEqualTo(bytes);
                assertThat(server.statistics().bytesUp()).isBetween(bytes.length + 1L, 2L * bytes.length - 1);
                assertThat(behindAfter.getInputStream().read()).isZero();
            }
        }
    }

    @Test
    void commandsAreCarriedOutByTheSettingsOfTheRequest() throws Exception {
        try (Socks5Server server = builder.start()) {
            try (RawClient client = greeted(server)) {
                client.send("05 f0 00 01 7f 00 00 01 00 00").expectFailure(0x07);
            }
            server.reconfigure(builder.torResolve());
            try (RawClient client = greeted(server)) {
                client.send("05 f0 00 01 7f 00 00 01 00 00").expect("05 00 00 01 7f 00 00 01 00 00");
            }
        }
    }

    /** The command was there when its judgement began. */
    @Test
    void aLookUpForTheClientWhoseJudgementStraddlesTheChangeIsRefusedIfThereIsNoneAnyMore() throws Exception {
        Gate gate = new Gate();
        builder.torResolve().accessRule(request -> {
            gate.pass();
            return Verdict.allow("anything");
        });
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server).send("05 f0 00 01 7f 00 00 01 00 00")) {
            gate.awaitReached();
            server.reconfigure(Socks5Server.builder().listen("127.0.0.1", 0).listener(events));
            gate.letGo();
            client.expectFailure(0x07);
        }
    }

    /** Both have defaults that depend on the machine, and need not be set where they cannot change. */
    @Test
    void anotherBuilderNeedNotSetEventLoopsAndBacklog() throws Exception {
        builder.maxBacklog(1 << 20).eventLoops(3);
        try (Socks5Server server = builder.start()) {
            server.reconfigure(Socks5Server.builder()
                    .listen("127.0.0.1", 0)
                    .listener(events)
                    .accessRule(NOTHING));
            try (RawClient client = greeted(server)) {
                client.send(request()).expectFailure(0x02);
            }
            server.reconfigure(builder); // They are what they were.
            try (RawClient client = greeted(server)) {
                client.send(request()).expectSuccess();
            }
        }
    }

    /** Those of a tunnel would be there for as long as that is open. */
    @Test
    void openTunnelsKeepNoneOfTheOldSettings() throws Exception {
        WeakReference<AccessRule> old = giveRuleOfItsOwn();
        builder.resolver(name -> List.of(
                InetAddress.getByName("127.0.0.1"),
                InetAddress.getByName("127.0.0.2"),
                InetAddress.getByName("127.0.0.3")));
        try (Socks5Server server = builder.start();
                RawClient client = greeted(server).send(RawClient.connect("a.test", origin.port()));
                UdpClient association = new UdpClient(server);
                UdpOrigin behind = new UdpOrigin()) {
            client.expectSuccess();
            association.send(behind.address(), new byte[1]);
            behind.expect(new byte[1]);
            server.reconfigure(builder.accessRule(request -> Verdict.undecided()));
            Remains.await(() -> {
                System.gc();
                return old.get() == null;
            });
            Permit permit =
                    Objects.requireNonNull(server.core().registry().find(1)).permit();
            assertThat(Objects.requireNonNull(permit.granted()).targets())
                    .containsExactly(Endpoint.of(origin.address()));
            assertCarries(client, origin.take());
        }
    }

    private WeakReference<AccessRule> giveRuleOfItsOwn() {
        byte[] table = new byte[1];
        AccessRule rule = request -> Verdict.allow("a rule with a table of " + table.length);
        builder.accessRule(rule);
        return new WeakReference<>(rule);
    }

    static Stream<Arguments> fixed() {
        return Stream.of(
                change("listen", builder -> builder.listen(new InetSocketAddress("127.0.0.2", 0))),
                change("listenUnix", builder -> builder.listenUnix(Path.of("/tmp/other"))),
                change("listener", builder -> builder.listener(new Recorder())),
                change("executor", builder -> builder.executor(Runnable::run)),
                change("socketHook", builder -> builder.socketHook((socket, remote) -> {})),
                change("maxBacklog", builder -> builder.maxBacklog(64 * 1024)),
                change("reusePort", Socks5ServerBuilder::reusePort),
                change("eventLoops", builder -> builder.eventLoops(2)),
                change("progressEvery", builder -> builder.progressEvery(Duration.ofSeconds(1))));
    }

    private static Arguments change(String option, Consumer<Socks5ServerBuilder> change) {
        return Arguments.of(option, change);
    }

    /** It says which one, and what could change with it does not. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void fixed(String option, Consumer<Socks5ServerBuilder> change) throws Exception {
        try (Socks5Server server = builder.start()) {
            builder.accessRule(NOTHING);
            change.accept(builder);
            assertThatThrownBy(() -> server.reconfigure(builder))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(option);
            try (RawClient client = greeted(server)) {
                client.send(request()).expectSuccess();
            }
        }
    }

    /** A server that others reach does not lose its login by a slip. */
    @Test
    void whatCouldNotBeStartedIsNotTakenUp() throws Exception {
        InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", 0);
        try (Socks5Server server =
                Socks5Server.builder().listen(everywhere).authenticator(AL).start()) {
            Socks5ServerBuilder open = Socks5Server.builder().listen(everywhere);
            assertThatThrownBy(() -> server.reconfigure(open)).isInstanceOf(IllegalStateException.class);
            try (RawClient client = new RawClient(new InetSocketAddress(
                    "127.0.0.1", server.localAddresses().get(0).getPort()))) {
                client.send(RawClient.GREETING).expect("05 ff").expectEnd();
            }
            server.reconfigure(open.allowAnonymous());
        }
    }

    /** A rule may itself have the settings changed. */
    @Test
    void aCallbackMayReconfigure() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Socks5Server[] started = new Socks5Server[1];
        builder.accessRule(new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                calls.incrementAndGet();
                started[0].reconfigure(builder.accessRule(NOTHING));
                return Verdict.allow("still");
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        });
        try (Socks5Server server = builder.start()) {
            started[0] = server;
            try (RawClient client = greeted(server)) {
                client.send(request()).expectFailure(0x02);
            }
            assertThat(calls).hasValue(1);
        }
    }
}
