package dev.socks5.simulation.stage;

import static dev.socks5.simulation.stage.Stage.assertKept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Connector;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import dev.socks5.simulation.network.Reachability;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Upstreams that let one wait, for every command: the limit holds for the whole way through them. */
class UpstreamDeadlineTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A command, and the reply of failure where the time is up. */
    enum Asked {
        CONNECT(1, 0x04),
        BIND(2, 0x04),
        UDP_ASSOCIATE(3, 0x01),
        RESOLVE(0xF0, 0x04);

        private final int command;
        private final int code;

        Asked(int command, int code) {
            this.command = command;
            this.code = code;
        }
    }

    static Stream<Arguments> commands() {
        return Stream.of(Setting.values())
                .flatMap(setting -> Stream.of(Asked.values()).map(asked -> Arguments.of(setting, asked)));
    }

    private static InetSocketAddress proxy(Stage stage, int hop) {
        return stage.setting.far(100 + hop, 1080);
    }

    private static Stage through(Stage stage, int hops, UnaryOperator<Socks5ServerBuilder> settings) {
        Upstream first = new Upstream(Endpoint.of(proxy(stage, 1)), null);
        Upstream[] further =
                hops == 1 ? new Upstream[0] : new Upstream[] {new Upstream(Endpoint.of(proxy(stage, 2)), null)};
        return stage.serve(server -> settings.apply(server.connector(Connector.always(Route.through(first, further)))
                .torResolve()
                .connectTimeout(LIMIT)));
    }

    private static void assertTimedOut(Stage stage, String where) {
        assertKept(LIMIT, stage.events.at("requested"), stage.events.at("requestFailed"));
        assertThat(stage.events.ending().reason()).isEqualTo(CloseReason.REQUEST_FAILED);
        assertThat(stage.events.all())
                .anyMatch(event -> event.contains(" timed out" + where) || event.contains(" took too long" + where));
        stage.passes(Duration.ofSeconds(1));
        stage.assertNothingIsLeft();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void oneThatCannotBeReached(Setting setting, Asked asked) {
        try (Stage stage = through(new Stage(setting), 1, server -> server)) {
            stage.network.behave(proxy(stage, 1), Reachability.SILENT);
            stage.asks(asked.command, stage.far(1)).hearsFailure(asked.code);
            assertTimedOut(stage, " at upstream " + Endpoint.of(proxy(stage, 1)));
        }
    }

    /** Where it stalls: after so much of its answers, which come as late as they can. */
    @ParameterizedTest
    @MethodSource("commands")
    void oneThatStalls(Setting setting, Asked asked) {
        for (String answers : List.of("", "05", "05 00", "05 00 05", "05 00 05 00 00 01")) {
            try (Stage stage = through(new Stage(setting), 1, server -> server)) {
                Origin proxy = stage.origin(proxy(stage, 1));
                Program client = stage.asks(asked.command, stage.far(1));
                Program upstream = proxy.takes().hears(Stage.GREETING);
                for (byte part : Setting.bytes(answers)) {
                    stage.passes(Duration.ofMillis(1_500)); // However often it says something.
                    upstream.says(new byte[] {part});
                }
                client.hearsFailure(asked.code);
                upstream.takes(upstream.unheard());
                assertThat(upstream.ended()).isLessThanOrEqualTo(stage.events.at("requestFailed") + Stage.LATENCY);
                upstream.closes();
                assertTimedOut(stage, " at upstream " + Endpoint.of(proxy(stage, 1)));
            }
        }
    }

    /** The second of two is named. */
    @ParameterizedTest
    @MethodSource("commands")
    void aFurtherOneThatStalls(Setting setting, Asked asked) {
        try (Stage stage = through(new Stage(setting), 2, server -> server)) {
            Origin proxy = stage.origin(proxy(stage, 1));
            Program client = stage.asks(asked.command, stage.far(1));
            Program upstream = proxy.takes().hears(Stage.GREETING).says(Stage.ANONYMOUS);
            if (asked == Asked.UDP_ASSOCIATE) { // There has to be an association with the first as well.
                upstream.hears("05 03 00 01 00 00 00 00 00 00").says("05 00 00 " + Setting.hex(proxy(stage, 1)));
                upstream = proxy.takes().hears(Stage.GREETING).says(Stage.ANONYMOUS);
            }
            upstream.hears("05 01 00 " + Setting.hex(proxy(stage, 2)));
            stage.passes(Duration.ofSeconds(9));
            upstream.says("05 00 00 01 00 00 00 00 00 00").hears(Stage.GREETING);
            client.hearsFailure(asked.code);
            upstream.ended();
            upstream.closes();
            assertTimedOut(stage, " at upstream 2 of 2, " + Endpoint.of(proxy(stage, 2)));
        }
    }

    /** Once the upstream listens, it is the limit of a BIND that holds. */
    @ParameterizedTest
    @EnumSource
    void aBindThroughAnUpstream(Setting setting) {
        Duration limit = Duration.ofMinutes(3);
        try (Stage stage = through(new Stage(setting), 1, server -> server.bindTimeout(limit))) {
            Origin proxy = stage.origin(proxy(stage, 1));
            Program client = stage.asks(2, stage.far(1));
            Program upstream = proxy.takes().hears(Stage.GREETING).says(Stage.ANONYMOUS);
            upstream.hears("05 02 00 " + Setting.hex(stage.far(1))).says("05 00 00 01 7f 00 00 01 00 09");
            assertThat(client.hearsSuccess()).isEqualTo(Setting.at("127.0.0.1", 9));
            long listening = client.heardAt() - Stage.LATENCY;
            client.hearsFailure(0x04);
            upstream.ended();
            upstream.closes();
            assertKept(limit, listening, stage.events.at("requestFailed 4 nobody connected at upstream"));
            stage.events.at("closed");
            stage.passes(Duration.ofSeconds(1));
            stage.assertNothingIsLeft();
        }
    }

    /** Nothing is dialled that is found too late. */
    @ParameterizedTest
    @MethodSource("commands")
    void oneWhoseNameIsFoundTooLate(Setting setting, Asked asked) {
        try (Stage stage = new Stage(setting)) {
            stage.serve(server -> server.torResolve()
                    .connectTimeout(LIMIT)
                    .executor(stage.executor())
                    .resolver(name -> List.of(proxy(stage, 1).getAddress()))
                    .connector(Connector.always(Route.through(new Upstream(Endpoint.of("hop.example", 1080), null)))));
            Origin proxy = stage.origin(proxy(stage, 1));
            stage.asks(asked.command, stage.far(1)).hearsFailure(asked.code);
            assertThat(stage.work).isNotEmpty();
            stage.doWork();
            stage.passes(Duration.ofSeconds(30));
            assertThat(proxy.count()).isZero();
            assertTimedOut(stage, " at upstream hop.example:1080");
        }
    }
}
