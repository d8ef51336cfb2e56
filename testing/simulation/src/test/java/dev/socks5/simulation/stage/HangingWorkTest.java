package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.CloseReason;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.User;
import dev.socks5.server.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules and look-ups that hang: nobody waits for them longer than was said, and what they say later means nothing. */
class HangingWorkTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static Arguments ask(
            String name, int command, boolean byName, int code, UnaryOperator<Socks5ServerBuilder> settings) {
        return Arguments.of(name, command, byName, code, settings);
    }

    static Stream<Arguments> hanging() {
        UnaryOperator<Socks5ServerBuilder> rule = server -> server.accessRule(request -> Verdict.undecided());
        UnaryOperator<Socks5ServerBuilder> lookUp =
                server -> server.resolver(name -> List.of(InetAddress.getByName("192.0.2.1")));
        return Stream.of(
                ask("a look-up, CONNECT", 1, true, 0x04, lookUp),
                ask("a look-up, BIND", 2, true, 0x04, lookUp),
                ask("a look-up, RESOLVE", 0xF0, true, 0x04, lookUp),
                ask("a look-up, RESOLVE_PTR", 0xF1, false, 0x04, lookUp),
                ask("a rule, CONNECT", 1, false, 0x04, rule),
                ask("a rule, BIND", 2, false, 0x04, rule),
                ask("a rule, UDP ASSOCIATE", 3, false, 0x01, rule),
                ask("a rule, RESOLVE", 0xF0, true, 0x04, rule));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hanging")
    void isNotWaitedFor(
            String name, int command, boolean byName, int code, UnaryOperator<Socks5ServerBuilder> settings) {
        for (Setting setting : Setting.values()) {
            try (Stage stage = new Stage(setting)) {
                stage.serve(server ->
                        settings.apply(server.torResolve().connectTimeout(LIMIT).executor(stage.executor())));
                for (int i = 1; i <= 3; i++) {
                    Program client = byName
                            ? stage.asks(command, Setting.name("slow.example", 0))
                            : stage.asks(command, setting.far(1, 0));
                    client.hearsFailure(code);
                    assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.REQUEST_FAILED);
                    assertKept(LIMIT, stage.events.at("requested", i), stage.events.at("requestFailed", i));
                    assertThat(stage.inside().blockingWork())
                            .as("it outlives the sessions")
                            .isEqualTo(i);
                }
                stage.doWork();
                stage.passes(LIMIT);
                assertThat(stage.network.dialled()).isEmpty();
                stage.assertNothingIsLeft();
            }
        }
    }

    /** Not even a password is checked for a client that is gone. */
    @ParameterizedTest
    @EnumSource
    void nothingIsDoneForAClientThatIsGone(Setting setting) {
        int[] checks = {0};
        try (Stage stage = new Stage(setting)) {
            stage.serveUsers(server -> server.handshakeTimeout(LIMIT)
                    .executor(stage.executor())
                    .authenticator((login, from) -> Optional.of(new User("" + ++checks[0]))));
            stage.client()
                    .says(Stage.LOGIN_GREETING)
                    .hears(Stage.LOGIN_SELECTED)
                    .says("01 01 61 01 62")
                    .dropped();
            stage.events.at("closed");
            assertThat(stage.work).hasSize(1);
            stage.doWork();
            assertThat(checks).containsExactly(0);
        }
    }
}
