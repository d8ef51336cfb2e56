package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.Resolver;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.TunnelKind;
import dev.socks5.server.internal.command.TunnelEndsTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way in which a connection ends, other than in a tunnel ({@link TunnelEndsTest}) or because its time is up (see
 * the simulation): the listener is told once, with the true reason, and nothing is held afterwards.
 */
@Timeout(60)
class SessionEndsTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";
    private static final String BIND = "05 02 00 01 7f 00 00 01 00 00";
    private static final String LOGIN = "05 01 02";

    private final Recorder events = new Recorder();
    private final AtomicInteger closed = new AtomicInteger();

    /** What a client does, or has done to it. */
    interface Play {
        void act(Stage stage) throws Exception;
    }

    /** What there is to play with. */
    record Stage(Socks5Server server, RawClient client, Origin origin, Recorder events) {

        RawClient greeted() throws IOException {
            return client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        }

        RawClient asks(String request) throws IOException {
            return greeted().send(request);
        }

        RawClient asks(int command, String name) throws IOException {
            return asks(
                    "05 %02x %s".formatted(command, RawClient.connect(name, 80).substring(6)));
        }
    }

    private static Arguments end(String name, CloseReason reason, Play play) {
        return Arguments.of(name, reason, play);
    }

    private static final Play HANG_UP = stage -> stage.client().close();

    static Stream<Arguments> endsWithoutALogin() {
        return Stream.of(
                end("nothing said, then the end", CloseReason.CLIENT_LEFT, HANG_UP),
                end(
                        "half a greeting, then the end",
                        CloseReason.CLIENT_LEFT,
                        stage -> stage.client().send("05 02 00").close()),
                end("a reset", CloseReason.BROKEN, stage -> stage.greeted().reset()),
                end(
                        "SOCKS4",
                        CloseReason.MALFORMED,
                        stage -> stage.client().send("04 01").expectDropped()),
                end(
                        "no method that will do",
                        CloseReason.NOT_AUTHENTICATED,
                        stage -> stage.client().send("05 01 02").expect("05 ff").expectEnd()),
                end(
                        "a type of address that is none",
                        CloseReason.REQUEST_FAILED,
                        stage -> stage.asks("05 01 00 02").expectFailure(0x08)),
                end(
                        "a version that is none",
                        CloseReason.REQUEST_FAILED,
                        stage -> stage.asks("04 01 00 01").expectFailure(0x01)),
                end(
                        "a command that is none",
                        CloseReason.REQUEST_FAILED,
                        stage -> stage.asks(9, "a.test").expectFailure(0x07)),
                end(
                        "a destination that refuses",
                        CloseReason.REQUEST_FAILED,
                        stage -> stage.asks(RawClient.connect(Origin.nobody())).expectFailure(0x05)),
                end(
                        "a destination that is refused",
                        CloseReason.REQUEST_FAILED,
                        stage -> stage.asks(RawClient.connect(new InetSocketAddress("169.254.169.254", 80)))
                                .expectFailure(0x02)),
                end(
                        "a name that is not found",
                        CloseReason.REQUEST_FAILED,
                        stage -> stage.asks(1, "nowhere.test").expectFailure(0x04)),
                end("a failure reply that nobody waits for", CloseReason.REQUEST_FAILED, stage -> {
                    stage.asks(9, "a.test");
                    stage.events().until("requestFailed");
                    stage.client().reset();
                }),
                end("RESOLVE", CloseReason.FINISHED, stage -> {
                    stage.asks(0xF0, "found.test").readReply();
                    stage.client().expectEnd();
                }),
                end(
                        "RESOLVE of a name that is not found",
                        CloseReason.REQUEST_FAILED,
                        stage -> stage.asks(0xF0, "nowhere.test").expectFailure(0x04)),
                end(
                        "RESOLVE_PTR of a name",
                        CloseReason.REQUEST_FAILED,
                        stage -> stage.asks(0xF1, "a.test").expectFailure(0x08)),
                end("BIND, and the client leaves", CloseReason.CLIENT_LEFT, stage -> {
                    stage.asks(BIND).readReply();
                    stage.client().close();
                }),
                end("BIND, and the client resets", CloseReason.CLIENT_LEFT, stage -> {
                    stage.asks(BIND).readReply();
                    stage.client().reset();
                }),
                end("an association that the client ends", CloseReason.FINISHED, stage -> {
                    stage.asks(ASSOCIATE).readReply();
                    stage.client().close();
                }),
                end("an association that the client resets", CloseReason.BROKEN, stage -> {
                    stage.asks(ASSOCIATE).readReply();
                    stage.client().reset();
                }));
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .torResolve()
                .resolver(new Answers())
                .listener(events)
                .listener(new Socks5ServerListener() {
                    @Override
                    public void closed(SessionInfo session, SessionEnd ending) {
                        closed.incrementAndGet();
                    }
                });
    }

    private static final class Answers implements Resolver {
        @Override
        public List<InetAddress> resolve(String name) throws IOException {
            if (!name.equals("found.test")) {
                throw new UnknownHostException(name);
            }
            return List.of(InetAddress.getByName("127.0.0.1"));
        }
    }

    /** What the JDK opens once, it opens here. */
    @BeforeAll
    static void openWhatStaysOpen() throws Exception {
        TunnelKind.DIRECT.open(Socks5Server.builder().listen("127.0.0.1", 0)).close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endsWithoutALogin")
    void withoutALogin(String name, CloseReason reason, Play play) throws Exception {
        play(builder(), reason, play);
    }

    static Stream<Arguments> endsWithALogin() {
        return Stream.of(
                end(
                        "a wrong password",
                        CloseReason.NOT_AUTHENTICATED,
                        stage -> stage.client()
                                .send(LOGIN)
                                .expect("05 02")
                                .send("01 01 75 01 78")
                                .expect("01 01")
                                .expectEnd()),
                end(
                        "no login offered",
                        CloseReason.NOT_AUTHENTICATED,
                        stage -> stage.client()
                                .send(RawClient.GREETING)
                                .expect("05 ff")
                                .expectEnd()),
                end(
                        "a login that is none",
                        CloseReason.MALFORMED,
                        stage -> stage.client()
                                .send(LOGIN)
                                .expect("05 02")
                                .send("05 01 75 01 70")
                                .expectDropped()),
                end(
                        "an end after the login",
                        CloseReason.CLIENT_LEFT,
                        stage -> stage.client()
                                .send(LOGIN)
                                .expect("05 02")
                                .send("01 01 75 01 70")
                                .expect("01 00")
                                .close()),
                end(
                        "a request",
                        CloseReason.REQUEST_FAILED,
                        stage -> stage.client()
                                .send(LOGIN)
                                .expect("05 02")
                                .send("01 01 75 01 70")
                                .expect("01 00")
                                .send(RawClient.connect(Origin.nobody()))
                                .expectFailure(0x05)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endsWithALogin")
    void withALogin(String name, CloseReason reason, Play play) throws Exception {
        play(builder().authenticator(PasswordAuthenticator.of(Map.of("u", "p"))).maxPerUser(1), reason, play);
    }

    private void play(Socks5ServerBuilder builder, CloseReason reason, Play play) throws Exception {
        try (Socks5Server server = builder.start()) {
            Remains remains = new Remains(server);
            try (Origin origin = new Origin();
                    RawClient client = new RawClient(server)) {
                play.act(new Stage(server, client, origin, events));
            }
            assertThat(events.ending().reason()).isEqualTo(reason);
            remains.awaitNone();
            assertThat(closed).hasValue(1);
        }
    }

    @Test
    void anEviction() throws Exception {
        try (Socks5Server server = builder()
                        .handshakeTimeout(Duration.ofMinutes(1))
                        .maxUnauthenticated(1)
                        .start();
                RawClient oldest =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                RawClient next = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            oldest.expectDropped();
            assertThat(events.ending().reason()).isEqualTo(CloseReason.EVICTED);
            next.send("05 09 00 01 7f 00 00 01 00 09").expectFailure(0x07);
        }
    }
}
