package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.simulation.network.Reachability;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A loop with nothing to do does nothing, not once: no channel is watched for what nobody wants to know. */
class IdleCostTest {

    private static final byte[] MUCH = new byte[20_000];
    private static final byte[] ONE = {'.'};
    private static final byte[] LARGE = new byte[300];

    private static Arguments state(String name, Consumer<Stage> reach) {
        return state(name, server -> server, reach);
    }

    private static Arguments paused(String name, Consumer<Stage> reach) {
        return state(name, server -> server.bandwidthPerConnection(1), reach);
    }

    private static Arguments state(String name, UnaryOperator<Socks5ServerBuilder> settings, Consumer<Stage> reach) {
        return Arguments.of(name, settings, reach);
    }

    /** What a server may be waiting with. */
    static Stream<Arguments> states() {
        return Stream.of(
                state("nothing", stage -> {}),
                state("a connection that says nothing", Stage::client),
                state("a handshake", Stage::greeted),
                state(
                        "a tunnel after the client's end",
                        stage -> tunnel(stage).client().ends()),
                state(
                        "a tunnel after the origin's end",
                        stage -> tunnel(stage).far().ends()),
                state("a tunnel that was used", stage -> {
                    Tunnels.Ends ends = tunnel(stage);
                    ends.client().says(MUCH);
                    ends.far().hears(MUCH);
                }),
                state("a tunnel that was read late", stage -> {
                    Tunnels.Ends ends = tunnel(stage);
                    ends.far().reads(false);
                    ends.client().says(new byte[1 << 20]);
                    stage.passes(Duration.ofSeconds(1));
                    ends.far().reads(true).takes(1 << 20);
                }),
                state("a tunnel that is read by nobody", stage -> {
                    Tunnels.Ends ends = tunnel(stage);
                    ends.far().reads(false);
                    ends.client().says(new byte[1 << 20]);
                }),
                paused("a tunnel that pauses both ways", stage -> {
                    Tunnels.Ends ends = tunnel(stage);
                    ends.client().says(MUCH);
                    ends.far().says(MUCH);
                }),
                state("an association that was used", stage -> {
                    Datagrams four = stage.datagrams(Setting.IPV4.far(1, 80));
                    Datagrams six = stage.datagrams(Setting.IPV6.far(1, 80));
                    Association.open(stage).says(four.address(), ONE).says(six.address(), ONE);
                    four.takes();
                    six.takes();
                }),
                paused("an association that pauses both ways", stage -> {
                    Datagrams origin = stage.datagrams(stage.far(1));
                    Association.open(stage).says(origin.address(), LARGE).says(origin.address(), LARGE);
                    origin.takes();
                    origin.answers(LARGE).answers(LARGE);
                }),
                paused("an association with a socket opened in a pause", stage -> {
                    Datagrams four = stage.datagrams(Setting.IPV4.far(1, 80));
                    Datagrams six = stage.datagrams(Setting.IPV6.far(1, 80));
                    Association client = Association.open(stage).says(four.address(), ONE);
                    four.takes();
                    four.answers(LARGE);
                    client.hears(four.address(), LARGE);
                    client.says(six.address(), ONE);
                    six.takes();
                    six.answers(ONE);
                }),
                state("a BIND", stage -> stage.asks(2, stage.far(1)).hearsSuccess()),
                state("a BIND with much sent ahead", stage -> {
                    Program client = stage.asks(2, stage.far(1));
                    client.hearsSuccess();
                    client.says(MUCH);
                }),
                state("a dial with much sent ahead", stage -> {
                    stage.network.behave(stage.far(1), Reachability.SILENT);
                    stage.asks(1, stage.far(1)).says(MUCH);
                }),
                state(
                        "an upstream that was asked",
                        server -> server.connector(Tunnels.through(Setting.at("192.0.2.9", 80))),
                        stage -> {
                            Origin proxy = stage.origin(Setting.at("192.0.2.9", 80));
                            stage.asks(3, Setting.at("0.0.0.0", 0)).says(MUCH);
                            proxy.takes();
                        }));
    }

    private static Tunnels.Ends tunnel(Stage stage) {
        Origin origin = stage.origin();
        Program client = stage.asks(1, origin.address());
        client.hearsSuccess();
        return new Tunnels.Ends(client, origin.takes());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("states")
    void nothingIsDone(String name, UnaryOperator<Socks5ServerBuilder> settings, Consumer<Stage> reach) {
        for (Setting setting : Setting.values()) {
            try (Stage stage = new Stage(setting)) {
                Duration ever = Duration.ofDays(1);
                stage.serve(server -> settings.apply(server.handshakeTimeout(ever)
                        .connectTimeout(ever)
                        .bindTimeout(ever)
                        .idleTimeout(ever)
                        .halfCloseTimeout(ever)));
                reach.accept(stage);
                stage.passes(Duration.ofSeconds(2)); // Until what is under way has arrived.
                long before = stage.world.events();
                stage.passes(Duration.ofMinutes(3));
                assertThat(stage.world.events() - before)
                        .as("but the end of the three minutes")
                        .isOne();
            }
        }
    }
}
