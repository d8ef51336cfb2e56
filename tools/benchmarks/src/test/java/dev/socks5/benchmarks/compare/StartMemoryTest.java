package dev.socks5.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.socks5.benchmarks.load.Figure;
import dev.socks5.benchmarks.load.Target;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class StartMemoryTest {

    private static final Duration AT_ONCE = Duration.ofMillis(1);

    static Stream<Server> others() {
        return new KnownServers(Path.of(System.getProperty("java.home")), Path.of("absent.jar"))
                .installed().stream().filter(server -> !server.name().startsWith(KnownServers.OURS));
    }

    /** Netty's example is always there; the others are if they are installed. */
    @ParameterizedTest
    @MethodSource("others")
    void everyServerThatIsHereStartsAndServes(Server server) throws IOException {
        try (Fleet fleet = new Fleet()) {
            List<Figure> figures = new StartMemory().run(fleet.start(server).target(), AT_ONCE);

            assertThat(figures)
                    .extracting(Figure::name, Figure::unit)
                    .containsExactly(tuple("resident memory at start", "MB"));
            assertThat(figures.get(0).value()).isBetween(0.1, 1_000.0);
        }
    }

    @Test
    void thereIsNoFigureWithoutAProcess() throws IOException {
        try (Socks5Server server = serverFor("127.0.0.0/8")) {
            Target target = new Target(server.localAddresses().get(0), Optional.empty(), OptionalLong.empty());

            assertThat(new StartMemory().run(target, AT_ONCE)).isEmpty();
        }
    }

    @Test
    void thereIsNoFigureOfAServerThatDoesNotServe() throws IOException {
        try (Socks5Server server = serverFor("192.0.2.1")) {
            Target target = new Target(
                    server.localAddresses().get(0),
                    Optional.empty(),
                    OptionalLong.of(ProcessHandle.current().pid()));

            assertThatThrownBy(() -> new StartMemory().run(target, AT_ONCE)).isInstanceOf(IOException.class);
        }
    }

    private static Socks5Server serverFor(String destinations) throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .accessRule(AccessRules.builder().allow(destinations).build())
                .start();
    }
}
