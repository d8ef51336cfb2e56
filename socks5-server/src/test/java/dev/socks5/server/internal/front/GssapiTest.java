package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.GssapiToken;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.ProtectedClient;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.User;
import dev.socks5.testing.FakeContext;
import java.io.IOException;
import java.net.Socket;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins by a security mechanism (RFC 1961), and what is agreed upon. */
@Timeout(60)
class GssapiTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private final Recorder events = new Recorder();
    private final Queue<FakeContext> contexts = new ConcurrentLinkedQueue<>();
    private ProtectionLevel least = ProtectionLevel.NONE;
    private boolean acceptsClear;

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).listener(events);
    }

    private ServerNegotiation acceptor() {
        return acceptor(name -> Optional.of(new User(name)));
    }

    private ServerNegotiation acceptor(Function<String, Optional<? extends Principal>> users) {
        FakeContext context = FakeContext.acceptor();
        contexts.add(context);
        return ServerNegotiation.gssapi(context, least, ProtectionLevel.CONFIDENTIALITY, acceptsClear, users);
    }

    private Socks5Server server() throws IOException {
        return builder().gssapi(this::acceptor).start();
    }

    private Socks5Server server(Function<String, Optional<? extends Principal>> users) throws IOException {
        return builder().gssapi(() -> acceptor(users)).start();
    }

    private static void works(ProtectedClient client) throws Exception {
        try (Origin origin = new Origin()) {
            client.tunnelTo(origin.address()).send(PING);
            Socket far = origin.take();
            assertThat(far.getInputStream().readNBytes(4)).isEqualTo(PING);
            far.getOutputStream().write(PING);
            assertThat(client.read(4)).isEqualTo(PING);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0", "1, 0, 1", "2, 0, 2", "3, 0, 3", "0, 1, 1", "2, 1, 2", "3, 1, 3", "1, 2, 2", "3, 2, 2", "2, 2, 2",
        "1, 3, 3", "2, 3, 2"
    })
    void theClientGetsWhatItAsksForOrMore(int asked, int required, int agreed) throws Exception {
        least = new ProtectionLevel(required);
        try (Socks5Server server = server();
                ProtectedClient client = ProtectedClient.loggedIn(server, new ProtectionLevel(asked))) {
            assertThat(client.protection()
                            .map(protection -> protection.level().code())
                            .orElse(0))
                    .isEqualTo(agreed);
            works(client);
            assertThat(events.until("connected")).contains("authenticated alice");
        }
        events.until("closed");
        assertThat(contexts).singleElement().matches(FakeContext::isClosed);
    }

    @Test
    void aLevelInClearIsTakenOnlyIfThatIsAllowed() throws Exception {
        acceptsClear = true;
        try (Socks5Server server = server();
                ProtectedClient inClear = new ProtectedClient(server, "alice", ProtectionLevel.INTEGRITY, true);
                ProtectedClient wrapped = new ProtectedClient(server, "alice", ProtectionLevel.INTEGRITY, false)) {
            works(inClear.negotiate());
            works(wrapped.negotiate());
        }
        acceptsClear = false;
        try (Socks5Server server = server();
                ProtectedClient client = new ProtectedClient(server, "alice", ProtectionLevel.INTEGRITY, true)) {
            assertThatThrownBy(client::negotiate).isInstanceOf(AuthenticationFailedException.class);
        }
    }

    @Test
    void theUserIsWhoTheServerSays() throws Exception {
        try (Socks5Server server = server(name -> Optional.of(new User("the " + name)));
                ProtectedClient client = ProtectedClient.loggedIn(server, ProtectionLevel.INTEGRITY)) {
            works(client);
            assertThat(events.until("connected")).contains("authenticated the alice");
        }
    }

    private void isAborted(ProtectedClient client) throws Exception {
        client.raw().expect(ProtectedClient.ABORTED).expectEnd();
        client.close(); // Or the server would wait for that.
        assertThat(events.until("closed"))
                .anyMatch(event -> event.startsWith("loginFailed "))
                .last()
                .isEqualTo("closed 0 0 NOT_AUTHENTICATED");
        assertThat(contexts).allMatch(FakeContext::isClosed);
    }

    @Test
    void aUserWhomTheServerDoesNotWantIsToldSo() throws Exception {
        try (Socks5Server server = server(name -> Optional.empty());
                ProtectedClient client = new ProtectedClient(server, "alice", ProtectionLevel.INTEGRITY, false)) {
            client.pending();
            client.raw().send(client.said());
            isAborted(client);
        }
    }

    @Test
    void aPolicyThatFailsRefuses() throws Exception {
        Function<String, Optional<? extends Principal>> fails = name -> {
            throw new IllegalStateException("thrown by a test");
        };
        try (Socks5Server server = server(fails);
                ProtectedClient client = new ProtectedClient(server, "alice", ProtectionLevel.INTEGRITY, false)) {
            client.pending();
            client.raw().send(client.said());
            isAborted(client);
        }
    }

    @Test
    void whomTheMechanismDoesNotKnowIsRefused() throws Exception {
        try (Socks5Server server = server();
                ProtectedClient client = new ProtectedClient(server, "nobody", ProtectionLevel.INTEGRITY, false)) {
            client.raw().send(client.said());
            isAborted(client);
        }
    }

    /** Before the context stands: a level, protected data, an abort. */
    @ParameterizedTest
    @ValueSource(strings = {"01 02 00 01 01", "01 03 00 01 00", "01 ff"})
    void messagesOutOfPlaceAreRefused(String message) throws Exception {
        try (Socks5Server server = server();
                ProtectedClient client = new ProtectedClient(server, "alice", ProtectionLevel.INTEGRITY, false)) {
            client.raw().send(message);
            isAborted(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"01 01 00 01 61", "01 02 00 01 01", "01 02 00 00", "01 03 00 01 00", "01 ff"})
    void andSoTheyAreWhereTheLevelIsDue(String message) throws Exception {
        try (Socks5Server server = server();
                ProtectedClient client = new ProtectedClient(server, "alice", ProtectionLevel.INTEGRITY, false)) {
            client.pending();
            client.raw().send(message);
            isAborted(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"05 01 00 00", "01 04 00 00", "01 00 00 00"})
    void whatIsNoMessageIsRefused(String octets) throws Exception {
        try (Socks5Server server = server();
                ProtectedClient client = new ProtectedClient(server, "alice", ProtectionLevel.INTEGRITY, false)) {
            client.raw().send(octets);
            isAborted(client);
        }
    }

    @Test
    void theLongestTokenIsRead() throws Exception {
        String name = "a".repeat(GssapiToken.MAX_LENGTH);
        try (Socks5Server server = server();
                ProtectedClient client = new ProtectedClient(server, name, ProtectionLevel.INTEGRITY, false)) {
            works(client.negotiate());
        }
    }

    @Test
    void whoDoesNotOfferItIsNotServed() throws Exception {
        try (Socks5Server server = server();
                RawClient client = new RawClient(server)) {
            client.send("05 02 00 02").expect("05 ff").expectEnd();
            client.close();
            assertThat(events.until("closed")).anyMatch(event -> event.startsWith("loginFailed "));
        }
    }

    @Test
    void eitherLoginWillDoAndThisOneIsPreferred() throws Exception {
        try (Socks5Server server = builder()
                        .gssapi(this::acceptor)
                        .authenticator(PasswordAuthenticator.of(Map.of("user", "secret")))
                        .start();
                RawClient both = new RawClient(server);
                RawClient password = new RawClient(server)) {
            both.send("05 03 02 00 01").expect(ProtectedClient.SELECTED);
            password.send("05 02 00 02").expect("05 02");
            password.send("01 04 75 73 65 72 06 73 65 63 72 65 74").expect("01 00");
            assertThat(events.until("authenticated")).last().isEqualTo("authenticated user");
        }
    }

    @Test
    void itIsALoginForThoseFromOutside() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                .listen("0.0.0.0", 0)
                .gssapi(this::acceptor)
                .start()) {
            assertThat(server.localAddresses()).hasSize(1);
        }
    }

    /** Somebody in between may cut the negotiation out, and hope that the server does not notice. */
    @Test
    void aRequestInTheClearIsNotServedWhereProtectionWasAgreed() throws Exception {
        try (Socks5Server server = server();
                Origin origin = new Origin();
                ProtectedClient client = ProtectedClient.loggedIn(server, ProtectionLevel.INTEGRITY)) {
            client.raw().send(RawClient.connect(origin.address())).expectDropped();
            events.until("closed");
            assertThat(origin.untouched()).isTrue();
        }
    }

    @Test
    void aMechanismThatTakesItsTimeHoldsUpNobodyElse() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Function<String, Optional<? extends Principal>> slow = name -> {
            if (name.equals("slow")) {
                asked.countDown();
                await(released);
            }
            return Optional.of(new User(name));
        };
        try (Socks5Server server = server(slow);
                ProtectedClient waiting = new ProtectedClient(server, "slow", ProtectionLevel.INTEGRITY, false)) {
            waiting.pending();
            waiting.raw().send(waiting.said());
            await(asked);
            try (ProtectedClient other = ProtectedClient.loggedIn(server, ProtectionLevel.INTEGRITY)) {
                works(other);
            }
            released.countDown();
            waiting.hear();
            works(waiting.negotiate());
        } finally {
            released.countDown();
        }
    }

    @Test
    void theDeadlineHoldsForTheMechanismToo() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Function<String, Optional<? extends Principal>> stuck = name -> {
            await(released);
            return Optional.of(new User(name));
        };
        try (Socks5Server server = builder()
                        .gssapi(() -> acceptor(stuck))
                        .handshakeTimeout(Duration.ofMillis(200))
                        .start();
                ProtectedClient client = new ProtectedClient(server, "alice", ProtectionLevel.INTEGRITY, false)) {
            client.pending();
            client.raw().send(client.said());
            client.raw().expectDropped();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 HANDSHAKE_TIMEOUT");
            assertThat(contexts).allMatch(FakeContext::isClosed);
        } finally {
            released.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nothingIsServedAfterAnAbort() throws Exception {
        try (Socks5Server server = server();
                Origin origin = new Origin();
                ProtectedClient client = new ProtectedClient(server, "nobody", ProtectionLevel.NONE, false)) {
            byte[] request = RawClient.bytes(RawClient.connect(origin.address()));
            client.raw()
                    .send(client.said())
                    .send(new GssapiMessage.Abort().encode().array())
                    .send(request);
            isAborted(client);
            assertThat(origin.untouched()).isTrue();
        }
    }
}
