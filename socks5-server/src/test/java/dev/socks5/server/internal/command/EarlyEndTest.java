package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.server.Connector;
import dev.socks5.server.Deaf;
import dev.socks5.server.Inside;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.User;
import dev.socks5.server.internal.session.EarlyInput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave, or end their output, before the reply. No limit of time ends anything here. */
@Timeout(60)
class EarlyEndTest {

    private static final String CONNECT = "05 01 00 ";
    private static final String BIND = "05 02 00 ";
    private static final String ASSOCIATE = "05 03 00 ";
    private static final String RESOLVE = "05 f0 00 ";
    private static final String NAMED = "03 09 61 2e 65 78 61 6d 70 6c 65 00 50";
    private static final String ANY = "01 00 00 00 00 00 00";

    private final Recorder events = new Recorder();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .torResolve()
                .connectTimeout(Duration.ofHours(1))
                .handshakeTimeout(Duration.ofHours(1))
                .listener(events);
    }

    private List<InetAddress> resolve(String name) throws UnknownHostException {
        asked.countDown();
        await(released);
        return List.of(InetAddress.getByName("127.0.0.1"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void assertLeft() throws InterruptedException {
        assertThat(events.ending().reason()).isEqualTo(CloseReason.CLIENT_LEFT);
    }

    private static RawClient request(Socks5Server server, String request) throws IOException {
        return new RawClient(server)
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS)
                .send(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECT + NAMED, CONNECT + NAMED + " 2e", BIND + NAMED, RESOLVE + NAMED})
    void aResetEndsALookUp(String request) throws Exception {
        try (Socks5Server server = builder().resolver(this::resolve).start()) {
            RawClient client = request(server, request);
            asked.await();
            client.reset();
            assertLeft();
        } finally {
            released.countDown();
        }
    }

    /** Five of them to one client's five places: the sixth is served. */
    @Test
    void aResetEndsADial() throws Exception {
        try (Deaf deaf = new Deaf("127.0.0.1");
                Origin origin = new Origin();
                Socks5Server server = builder().maxPerClient(5).start()) {
            for (int i = 0; i < 5; i++) {
                RawClient client = request(server, RawClient.connect(deaf.address()));
                events.until("requested");
                client.reset();
                assertLeft();
            }
            try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
                client.send("2e");
                assertThat(origin.take().getInputStream().read()).isEqualTo('.');
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECT + NAMED, BIND + NAMED, ASSOCIATE + ANY, RESOLVE + NAMED})
    void aResetEndsTheHandshakeWithAnUpstream(String request) throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = builder()
                        .connector(Connector.always(Route.through(upstream.upstream())))
                        .start()) {
            RawClient client = request(server, request);
            upstream.accept().expect(RawClient.GREETING);
            client.reset();
            assertLeft();
            upstream.expectEnd();
        }
    }

    @Test
    void aResetEndsALogin() throws Exception {
        PasswordAuthenticator hangs = (login, from) -> {
            asked.countDown();
            await(released);
            return Optional.empty();
        };
        try (Socks5Server server = builder().authenticator(hangs).start()) {
            RawClient client = new RawClient(server)
                    .send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send("01 01 61 01 62");
            asked.await();
            client.reset();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.BROKEN);
        } finally {
            released.countDown();
        }
    }

    /** All at once, and nothing more: login, request, data, end. */
    @Test
    void anEndDuringTheLoginIsNone() throws Exception {
        PasswordAuthenticator slow = (login, from) -> {
            asked.countDown();
            await(released);
            return Optional.of(new User("a"));
        };
        try (Origin origin = new Origin();
                Socks5Server server = builder().authenticator(slow).start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING + " 01 01 61 01 62 " + RawClient.connect(origin.address()));
            asked.await();
            client.send("2e").socket().shutdownOutput();
            assertNothingEnds(server);
            released.countDown();
            client.expect(RawClient.LOGIN_SELECTED).expect("01 00").expectSuccess();
            Socket behind = origin.take();
            assertThat(behind.getInputStream().readAllBytes()).containsExactly('.');
        } finally {
            released.countDown();
        }
    }

    /** What another connection does takes a turn of the only loop at the least. */
    private void assertNothingEnds(Socks5Server server) throws Exception {
        try (RawClient other = new RawClient(server)) {
            other.send("05 01 ff").expect("05 ff").expectEnd();
        }
        assertThat(events.ending().reason()).isEqualTo(CloseReason.NOT_AUTHENTICATED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEndIsPassedOnBehindWhatWasSentAhead(boolean strict) throws Exception {
        Socks5ServerBuilder builder = builder().resolver(this::resolve).eventLoops(1);
        try (Origin origin = new Origin();
                Socks5Server server = (strict ? builder.hangUpOnEarlyEnd() : builder).start();
                RawClient client = request(server, RawClient.connect("a.example", origin.port()))) {
            asked.await();
            client.send("2e").socket().shutdownOutput();
            assertNothingEnds(server);
            released.countDown();
            client.expectSuccess();
            Socket behind = origin.take();
            assertThat(behind.getInputStream().readAllBytes()).containsExactly('.');
            behind.getOutputStream().write('!');
            client.expect("21");
        } finally {
            released.countDown();
        }
    }

    @Test
    void anEndWithNothingAheadMayBeFollowedByAnAnswer() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server =
                        builder().resolver(this::resolve).eventLoops(1).start();
                RawClient client = request(server, RawClient.connect("a.example", origin.port()))) {
            asked.await();
            client.socket().shutdownOutput();
            assertNothingEnds(server);
            released.countDown();
            client.expectSuccess();
            origin.take().getOutputStream().write('!');
            client.expect("21");
        } finally {
            released.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECT + NAMED, RESOLVE + NAMED})
    void anEndWithNothingAheadIsTakenForLeavingIfTheServerSaysSo(String request) throws Exception {
        try (Socks5Server server =
                        builder().resolver(this::resolve).hangUpOnEarlyEnd().start();
                RawClient client = request(server, request)) {
            asked.await();
            client.socket().shutdownOutput();
            assertLeft();
        } finally {
            released.countDown();
        }
    }

    /** Its connection is what an association lives by, before the reply as well. */
    @Test
    void anEndEndsAnAssociationBeforeItStands() throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server server = builder()
                        .connector(Connector.always(Route.through(upstream.upstream())))
                        .start();
                RawClient client = request(server, ASSOCIATE + ANY)) {
            upstream.accept().expect(RawClient.GREETING);
            client.socket().shutdownOutput();
            assertLeft();
            upstream.expectEnd();
        }
    }

    @Test
    void whatIsSentAheadIsKeptUpToFourKibibytesAndTheRestComesLater() throws Exception {
        byte[] ahead = new byte[3 * EarlyInput.CAPACITY];
        for (int i = 0; i < ahead.length; i++) {
            ahead[i] = (byte) (i / 100);
        }
        try (Origin origin = new Origin();
                Socks5Server server =
                        builder().resolver(this::resolve).eventLoops(1).start();
                RawClient client = request(server, RawClient.connect("a.example", origin.port()))) {
            asked.await();
            client.send(ahead);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (Inside.core(server).backlog().held() < EarlyInput.CAPACITY) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
            assertNothingEnds(server);
            assertThat(Inside.core(server).backlog().held()).isEqualTo(EarlyInput.CAPACITY);
            released.countDown();
            client.expectSuccess();
            assertThat(origin.take().getInputStream().readNBytes(ahead.length)).isEqualTo(ahead);
            assertThat(Inside.core(server).backlog().held()).isZero();
        } finally {
            released.countDown();
        }
    }
}
