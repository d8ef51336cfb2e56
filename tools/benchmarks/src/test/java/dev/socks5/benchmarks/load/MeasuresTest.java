package dev.socks5.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each measure against our server in this process. */
@Timeout(120)
class MeasuresTest {

    private static final Duration WARM_UP = Duration.ofMillis(20);
    private static final Duration LENGTH = Duration.ofMillis(100);

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    private static List<Figure> figures(String measure, Socks5Server server, Optional<String> login, OptionalLong pid)
            throws IOException {
        Target target = new Target(server.localAddresses().get(0), login, pid);
        return Measures.named(measure, WARM_UP).run(target, LENGTH);
    }

    private static List<Figure> figures(String measure, Socks5Server server) throws IOException {
        return figures(measure, server, Optional.empty(), OptionalLong.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "download-1",
                "download-16",
                "upload-1",
                "upload-16",
                "latency-1",
                "latency-64",
                "connections",
                "idle-active-50"
            })
    void aServerThatWorksHasFigures(String measure) throws Exception {
        try (Socks5Server server = builder().start()) {
            assertThat(figures(measure, server))
                    .isNotEmpty()
                    .allSatisfy(
                            figure -> assertThat(figure.value()).isPositive().isFinite());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp-64", "udp-1400"})
    void datagramsHaveARateAndALoss(String measure) throws Exception {
        try (Socks5Server server = builder().start()) {
            List<Figure> figures = figures(measure, server);
            assertThat(figures).extracting(Figure::unit).containsExactly("datagrams/s", "%");
            assertThat(figures.get(0).value()).isPositive().isFinite();
            assertThat(figures.get(1).value()).isBetween(0.0, 100.0);
        }
    }

    /** The CPU time of so short a load is no more than some ticks of the clock, or none. */
    @Test
    void aProcessAddsItsCpuTime() throws Exception {
        OptionalLong self = OptionalLong.of(ProcessHandle.current().pid());
        try (Socks5Server server = builder().start()) {
            List<Figure> figures = figures("download-16", server, Optional.empty(), self);
            assertThat(figures).extracting(Figure::unit).containsExactly("MB/s", "CPU s/GB");
            assertThat(figures.get(1).value()).isNotNegative().isFinite();
        }
    }

    /** What the memory of this process does meanwhile is not for this test to say. */
    @Test
    void aProcessHasItsMemoryMeasured() throws Exception {
        OptionalLong self = OptionalLong.of(ProcessHandle.current().pid());
        try (Socks5Server server = builder().start()) {
            assertThat(figures("idle-50", server, Optional.empty(), self))
                    .singleElement()
                    .satisfies(figure -> assertThat(figure.value()).isFinite());
            assertThat(figures("idle-50", server)).isEmpty();
        }
    }

    @Test
    void aLoginIsSent() throws Exception {
        Socks5ServerBuilder builder = builder().authenticator(PasswordAuthenticator.of(Map.of("user", "pass:word")));
        try (Socks5Server server = builder.start()) {
            assertThat(figures("connections", server, Optional.of("user:pass:word"), OptionalLong.empty()))
                    .isNotEmpty();
            assertThatExceptionOfType(AuthenticationFailedException.class)
                    .isThrownBy(() -> figures("connections", server, Optional.of("user:wrong"), OptionalLong.empty()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"download-1", "upload-1", "latency-1", "connections", "udp-64"})
    void aServerThatRefusesHasNoFigure(String measure) throws Exception {
        try (Socks5Server server =
                builder().accessRule(request -> Verdict.deny("a test")).start()) {
            assertThatExceptionOfType(RequestRejectedException.class).isThrownBy(() -> figures(measure, server));
        }
    }

    @Test
    void aPortThatNobodyListensOnHasNoFigure() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) reserved.getLocalSocketAddress();
        }
        Target target = new Target(nobody, Optional.empty(), OptionalLong.empty());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Measures.named("latency-1", WARM_UP).run(target, LENGTH));
    }

    @Test
    void moreTunnelsThanFileDescriptorsAreSaidToBeTooMany() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Descriptors.requireFor(Integer.MAX_VALUE / 2, 1000))
                .withMessageContaining("limit is 1000");
    }

    @Test
    void everyMeasureHasItsName() {
        assertThat(Measures.all())
                .isNotEmpty()
                .allSatisfy(
                        measure -> assertThat(Measures.named(measure.name())).isEqualTo(measure));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "download", "download-0", "download-x", "sidewise-1", "udp-15", "udp-99999"})
    void otherNamesAreNone(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Measures.named(name));
    }
}
