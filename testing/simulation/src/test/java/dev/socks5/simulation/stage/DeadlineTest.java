package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.EndpointPattern;
import dev.socks5.server.CloseReason;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.User;
import dev.socks5.simulation.network.Reachability;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing lasts for ever, and everything for as long as was said, to the millisecond. */
class DeadlineTest {

    private static final List<Duration> LIMITS =
            List.of(Duration.ofMillis(1), Duration.ofMillis(400), Duration.ofSeconds(10), Duration.ofHours(30));

    private static final Duration HANDSHAKE = Duration.ofSeconds(30);

    static Stream<Arguments> limits() {
        return Stream.of(Setting.values())
                .flatMap(setting -> LIMITS.stream().map(limit -> Arguments.of(setting, limit)));
    }

    private static Stage stage(Setting setting, UnaryOperator<Socks5ServerBuilder> settings) {
        return new Stage(setting).serve(settings);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void aSilentClientIsHungUpOn(Setting setting, Duration limit) {
        try (Stage stage = stage(setting, server -> server.handshakeTimeout(limit))) {
            Program client = stage.connecting(setting.client);
            client.dropped();
            assertKept(limit, stage.events.at("accepted"), stage.events.at("closed"));
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.HANDSHAKE_TIMEOUT);
            stage.assertNothingIsLeft();
        }
    }

    /** Also when it has said something, however much of it: the limit is one for all of the handshake. */
    @ParameterizedTest
    @EnumSource
    void aByteASecondDoesNotKeepTheHandshakeOpen(Setting setting) {
        try (Stage stage = stage(setting, server -> server.handshakeTimeout(HANDSHAKE))) {
            Program client = stage.client().says("05 ff"); // 255 methods are to come.
            for (int i = 0; i < 29; i++) {
                stage.passes(Duration.ofSeconds(1));
                assertThat(client.isOver()).isFalse();
                client.says("80");
            }
            client.dropped();
            assertKept(HANDSHAKE, stage.events.at("accepted"), stage.events.at("closed"));
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.HANDSHAKE_TIMEOUT);
        }
    }

    /** The header of a balancer belongs to it as well, and does not begin it anew. */
    @ParameterizedTest
    @EnumSource
    void oneDeadlineForHeaderAndHandshake(Setting setting) {
        InetSocketAddress behind = new InetSocketAddress(setting.server, 1081);
        EndpointPattern balancer = EndpointPattern.parse("0.0.0.0/0");
        EndpointPattern balancer6 = EndpointPattern.parse("[::]/0");
        try (Stage stage = stage(
                setting,
                server -> server.handshakeTimeout(HANDSHAKE).listenBehindBalancer(behind, balancer, balancer6))) {
            String header = "0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 00 0c c0 00 02 01 c0 00 02 02 9c 40 04 38";
            byte[] bytes = Setting.bytes(header + "05 02 00 01 05 01 00 01 c0 00");
            for (int count = 0; count < bytes.length; count += 3) {
                Program client = stage.connect(new InetSocketAddress(setting.client, 30_000 + count), behind);
                client.connected();
                long since = stage.world.elapsed() - Stage.LATENCY;
                for (int i = 0; i < count; i++) {
                    client.says(new byte[] {bytes[i]});
                    stage.passes(Duration.ofMillis(700));
                }
                client.dropped();
                assertKept(HANDSHAKE, since, stage.events.at("closed", 1 + count / 3));
                assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.HANDSHAKE_TIMEOUT);
            }
        }
    }

    /** Login and request belong to the handshake, too: wherever it stalls, and however late that is. */
    @ParameterizedTest
    @MethodSource("handshakes")
    void whatIsNeverWholeIsNotWaitedFor(Setting setting, String said, boolean login) {
        byte[] bytes = Setting.bytes(said);
        for (int count = 0; count < bytes.length; count++) {
            try (Stage stage = new Stage(setting)) {
                if (login) {
                    stage.serveUsers(server -> server.authenticator((given, from) -> Optional.of(new User("a")))
                            .handshakeTimeout(HANDSHAKE));
                } else {
                    stage.serve(server -> server.handshakeTimeout(HANDSHAKE));
                }
                Program client = stage.client();
                for (int i = 0; i < count; i++) {
                    client.says(new byte[] {bytes[i]});
                    stage.passes(Duration.ofSeconds(1));
                }
                stage.events.at("closed");
                assertKept(HANDSHAKE, stage.events.at("accepted"), stage.events.at("closed"));
                assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.HANDSHAKE_TIMEOUT);
                stage.passes(Duration.ofSeconds(1));
                stage.assertNothingIsLeft();
            }
        }
    }

    static Stream<Arguments> handshakes() {
        String request = "05 01 00 01 c0 00 02 01 00 50";
        return Stream.of(Setting.values())
                .flatMap(setting -> Stream.of(
                        Arguments.of(setting, "05 02 00 01 " + request, false),
                        Arguments.of(setting, "05 01 02 01 01 75 01 70 " + request, true)));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void anAuthenticatorThatHangsIsNotWaitedFor(Setting setting, Duration limit) {
        if (limit.toMillis() < 10) {
            return; // The client would have no time to log in.
        }
        try (Stage stage = new Stage(setting)) {
            stage.serveUsers(server -> server.handshakeTimeout(limit)
                    .executor(stage.executor())
                    .authenticator((login, from) -> Optional.of(new User("a"))));
            Program client = stage.client()
                    .says(Stage.LOGIN_GREETING)
                    .hears(Stage.LOGIN_SELECTED)
                    .says("01 01 61 01 62");
            client.dropped();
            assertKept(limit, stage.events.at("accepted"), stage.events.at("closed"));
            stage.doWork(); // Now it says yes, and nobody is there to hear it.
            stage.passes(Duration.ofSeconds(1));
            assertThat(stage.events.all()).containsExactly("accepted", "closed 0 0 HANDSHAKE_TIMEOUT");
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @MethodSource("limits")
    void aConnectThatHangsIsReported(Setting setting, Duration limit) {
        try (Stage stage = stage(setting, server -> server.connectTimeout(limit))) {
            stage.network.behave(stage.far(1), Reachability.SILENT);
            stage.asks(1, stage.far(1)).hearsFailure(0x04);
            assertKept(limit, stage.events.at("requested"), stage.events.at("requestFailed 4"));
            assertThat(stage.network.dialled()).hasSize(1);
            assertThat(stage.events.all()).noneMatch(event -> event.startsWith("connected"));
        }
    }

    @ParameterizedTest
    @MethodSource("limits")
    void aLookUpThatHangsIsReported(Setting setting, Duration limit) {
        try (Stage stage = new Stage(setting)) {
            stage.serve(server -> server.connectTimeout(limit)
                    .executor(stage.executor())
                    .resolver(name -> List.of(setting.far(1, 0).getAddress())));
            stage.asks(1, Setting.name("slow.example", 80)).hearsFailure(0x04);
            assertKept(limit, stage.events.at("requested"), stage.events.at("requestFailed 4"));
            stage.doWork();
            stage.passes(Duration.ofSeconds(10));
            assertThat(stage.network.dialled())
                    .as("dialled when it is too late")
                    .isEmpty();
            stage.assertNothingIsLeft();
        }
    }

    /** The look-up and all attempts to connect have one limit together. */
    @ParameterizedTest
    @EnumSource
    void aLookUpAndAConnectHaveOneLimitTogether(Setting setting) {
        Duration limit = Duration.ofSeconds(10);
        try (Stage stage = new Stage(setting)) {
            stage.serve(server -> server.connectTimeout(limit)
                    .executor(stage.executor())
                    .resolver(name -> List.of(setting.far(1, 0).getAddress())));
            stage.network.behave(stage.far(1), Reachability.SILENT);
            Program client = stage.asks(1, Setting.name("slow.example", 80));
            stage.events.at("requested");
            stage.passes(Duration.ofSeconds(7));
            stage.doWork();
            client.hearsFailure(0x04);
            assertThat(stage.network.dialled()).hasSize(1);
            assertKept(limit, stage.events.at("requested"), stage.events.at("requestFailed 4"));
        }
    }

    @ParameterizedTest
    @MethodSource("limits")
    void aBindToWhichNobodyComesIsReported(Setting setting, Duration limit) {
        try (Stage stage = stage(setting, server -> server.bindTimeout(limit))) {
            Program client = stage.asks(2, stage.far(1));
            InetSocketAddress bound = client.hearsSuccess();
            client.hearsFailure(0x04);
            assertKept(limit, stage.events.at("listening"), stage.events.at("requestFailed 4 nobody connected"));
            stage.connect(stage.far(1), bound).failed();
            stage.events.at("closed");
            stage.assertNothingIsLeft();
        }
    }

    /** For two seconds, as long as the client does not close its own end: it shall have the time to read the reply. */
    @ParameterizedTest
    @EnumSource
    void afterAFailureTheClientIsWaitedForForTwoSeconds(Setting setting) {
        try (Stage stage = stage(setting, server -> server)) {
            Program client = stage.asks(9, stage.far(1));
            client.hearsFailure(0x07);
            stage.events.ending();
            assertThat(stage.events.all())
                    .containsExactly(
                            "accepted",
                            "requested command",
                            "requestFailed 7 command not supported",
                            "closed 0 0 REQUEST_FAILED");
            assertKept(Duration.ofSeconds(2), stage.events.at("requestFailed"), stage.events.at("closed"));
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterALookUpToo(Setting setting) {
        try (Stage stage = stage(setting, server -> server.torResolve())) {
            Program client = stage.asks(0xF0, setting.far(1, 0));
            client.hearsSuccess();
            client.ended();
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.FINISHED);
            assertKept(Duration.ofSeconds(2), client.heardAt() - Stage.LATENCY, stage.events.at("closed"));
            stage.assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterAFailedLoginToo(Setting setting) {
        try (Stage stage = new Stage(setting)) {
            stage.serveUsers(server -> server.authenticator(PasswordAuthenticator.of(Map.of("u", "p"))));
            Program client = stage.client().says(Stage.GREETING).hears("05 ff");
            client.ended();
            assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.NOT_AUTHENTICATED);
            assertKept(Duration.ofSeconds(2), client.heardAt() - Stage.LATENCY, stage.events.at("closed"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoClosesAfterAFailureIsNotWaitedFor(Setting setting) {
        try (Stage stage = stage(setting, server -> server)) {
            Program client = stage.asks(9, stage.far(1));
            client.hearsFailure(0x07);
            client.closes();
            stage.events.ending();
            assertThat(stage.events.at("closed") - stage.events.at("requestFailed"))
                    .isLessThan(3 * Stage.LATENCY);
        }
    }
}
