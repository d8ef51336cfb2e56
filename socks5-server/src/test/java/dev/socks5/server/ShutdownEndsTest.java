package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a connection is doing when the server is closed, it ends, and the listener is told why, once. */
@Timeout(60)
class ShutdownEndsTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";
    private static final String BIND = "05 02 00 01 7f 00 00 01 00 00";

    private final Recorder events = new Recorder();
    private final AtomicInteger closed = new AtomicInteger();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final CountDownLatch never = new CountDownLatch(1);

    /** What there is to play with. */
    record Stage(RawClient client, RawUpstream upstream, CountDownLatch reached, Deque<AutoCloseable> open) {

        void greeted() throws IOException {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
        }

        /** Something that hangs on another thread has begun. */
        void asksAndHangs(String request) throws Exception {
            greeted();
            client.send(request);
            assertThat(reached.await(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
        }
    }

    /** What a client does before the server is closed. */
    interface Play {
        void act(Stage stage) throws Exception;
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .torResolve()
                .resolver(name -> {
                    hang();
                    return List.of();
                })
                .listener(events)
                .listener(new Socks5ServerListener() {
                    @Override
                    public void closed(SessionInfo session, SessionEnd ending) {
                        closed.incrementAndGet();
                    }
                });
    }

    private void hang() {
        reached.countDown();
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static Arguments during(String name, CloseReason reason, Play play) {
        return Arguments.of(name, reason, play);
    }

    private static String named(int command) {
        return "05 %02x %s"
                .formatted(command, RawClient.connect("slow.test", 80).substring(6));
    }

    static Stream<Arguments> direct() {
        return Stream.of(
                during("the handshake", CloseReason.SHUTDOWN, Stage::greeted),
                during("the look-up of a CONNECT", CloseReason.SHUTDOWN, stage -> stage.asksAndHangs(named(1))),
                during("the look-up of a BIND", CloseReason.SHUTDOWN, stage -> stage.asksAndHangs(named(2))),
                during("a RESOLVE", CloseReason.SHUTDOWN, stage -> stage.asksAndHangs(named(0xF0))),
                during("a dial", CloseReason.SHUTDOWN, stage -> {
                    Deaf deaf = new Deaf("127.0.0.1");
                    stage.open().push(deaf);
                    stage.greeted();
                    stage.client().send(RawClient.connect(deaf.address()));
                }),
                during("a BIND that waits", CloseReason.SHUTDOWN, stage -> {
                    stage.greeted();
                    stage.client().send(BIND).readReply();
                }),
                during("an association", CloseReason.SHUTDOWN, stage -> {
                    stage.greeted();
                    stage.client().send(ASSOCIATE).readReply();
                }),
                during("the farewell after a failure", CloseReason.REQUEST_FAILED, stage -> {
                    stage.greeted();
                    stage.client().send("05 09 00 01 7f 00 00 01 00 09");
                    stage.client().expectFailure(0x07);
                }));
    }

    static Stream<Arguments> throughAnUpstream() {
        return Stream.of(
                during("a CONNECT", CloseReason.SHUTDOWN, stage -> {
                    stage.greeted();
                    String request = RawClient.connect("a.test", 80);
                    stage.client().send(request);
                    stage.upstream().acceptRequest(request);
                }),
                during("the first half of a BIND", CloseReason.SHUTDOWN, stage -> {
                    stage.greeted();
                    stage.client().send(BIND);
                    stage.upstream().acceptRequest(BIND);
                }),
                during("the second half of a BIND", CloseReason.SHUTDOWN, stage -> {
                    stage.greeted();
                    stage.client().send(BIND);
                    stage.upstream().acceptRequest(BIND).send("05 00 00 01 7f 00 00 01 00 09");
                    stage.client().readReply();
                }),
                during("an ASSOCIATE", CloseReason.SHUTDOWN, stage -> {
                    stage.greeted();
                    stage.client().send(ASSOCIATE);
                    stage.upstream().acceptRequest(ASSOCIATE);
                }),
                during("an association", CloseReason.SHUTDOWN, stage -> {
                    stage.greeted();
                    stage.client().send(ASSOCIATE);
                    stage.upstream().acceptRequest(ASSOCIATE).send("05 00 00 01 7f 00 00 01 00 09");
                    stage.client().readReply();
                }),
                during("a RESOLVE", CloseReason.SHUTDOWN, stage -> {
                    stage.greeted();
                    stage.client().send(named(0xF0));
                    stage.upstream().acceptRequest(named(0xF0));
                }));
    }

    static Stream<Arguments> withALogin() {
        return Stream.of(
                during("a login", CloseReason.SHUTDOWN, stage -> {
                    stage.client().send("05 01 02").expect("05 02").send("01 01 75 01 70");
                    assertThat(stage.reached().await(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                            .isTrue();
                }),
                during(
                        "the farewell after a failed login",
                        CloseReason.NOT_AUTHENTICATED,
                        stage -> stage.client()
                                .send("05 01 02")
                                .expect("05 02")
                                .send("01 01 78 01 70")
                                .expect("01 01")
                                .expectEnd()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void direct(String name, CloseReason reason, Play play) throws Exception {
        closeDuring(builder(), reason, play, new RawUpstream());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void throughAnUpstream(String name, CloseReason reason, Play play) throws Exception {
        RawUpstream upstream = new RawUpstream();
        closeDuring(builder().connector(Connector.always(Route.through(upstream.upstream()))), reason, play, upstream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void withALogin(String name, CloseReason reason, Play play) throws Exception {
        PasswordAuthenticator authenticator = (login, from) -> {
            if (login.username().equals("x")) {
                return Optional.empty();
            }
            hang();
            return Optional.of(new User("u"));
        };
        closeDuring(builder().authenticator(authenticator), reason, play, new RawUpstream());
    }

    private void closeDuring(Socks5ServerBuilder builder, CloseReason reason, Play play, RawUpstream upstream)
            throws Exception {
        try (upstream;
                Socks5Server server = builder.start();
                RawClient client = new RawClient(server)) {
            Warnings warnings = new Warnings();
            play.act(new Stage(client, upstream, reached, open));
            server.close();
            client.expectDropped();
            assertThat(events.ending().reason()).isEqualTo(reason);
            assertThat(closed).hasValue(1);
            assertThat(server.statistics().connections()).isZero();
            assertThat(server.statistics().tunnels()).isZero();
            assertThat(server.statistics().associations()).isZero();
            never.countDown();
            warnings.assertNone();
            if (!upstream.untouched()) {
                assertThat(upstream.socket().getInputStream().read()).isEqualTo(-1);
            }
        }
    }
}
