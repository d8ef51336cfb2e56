package dev.socks5.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.benchmarks.load.LyingServer.Lie;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that loses or changes something has no figures. */
@Timeout(120)
class LyingServerTest {

    /** Long enough for the lie to come before the end, on a machine however slow. */
    private static final Duration ENDLESS = Duration.ofSeconds(60);

    private static List<Figure> figures(LyingServer server, String measure, Duration length) throws IOException {
        Target target = new Target(server.address(), Optional.empty(), OptionalLong.empty());
        return Measures.named(measure, Duration.ZERO).run(target, length);
    }

    static Stream<Arguments> lies() {
        return Stream.of("download-1", "upload-16", "latency-1", "connections")
                .flatMap(measure -> Stream.of(Lie.CHANGES_OCTETS, Lie.CLOSES)
                        .map(lie -> Arguments.of(measure, lie, measure.equals("connections") ? 0 : 100_000)));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void aLieIsFound(String measure, Lie lie, long after) throws Exception {
        try (LyingServer server = new LyingServer(lie, after)) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> figures(server, measure, ENDLESS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"download-1", "upload-16"})
    void anOctetThatIsMissingIsFound(String measure) throws Exception {
        try (LyingServer server = new LyingServer(Lie.DROPS_AN_OCTET, 100_000)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> figures(server, measure, ENDLESS))
                    .withMessageContaining("other octets");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"download-1", "upload-16", "latency-1", "connections"})
    void withoutALieThereAreFigures(String measure) throws Exception {
        try (LyingServer server = new LyingServer(Lie.NONE, 0)) {
            assertThat(figures(server, measure, Duration.ofMillis(100))).isNotEmpty();
        }
    }

    @Test
    void whatAServerDoesNotOfferIsNoFailure() throws Exception {
        try (LyingServer server = new LyingServer(Lie.NONE, 0)) {
            assertThatExceptionOfType(UnsupportedException.class)
                    .isThrownBy(() -> figures(server, "udp-64", Duration.ofMillis(100)));
        }
    }
}
