package dev.socks5.benchmarks.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.benchmarks.load.Figure;
import dev.socks5.benchmarks.load.Target;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.AccessRules;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ClientLoadTest {

    private static final ClientLoad TWO = load(Work.DOWNLOAD);

    private static ClientLoad load(Work work) {
        return new ClientLoad("plain", ClientLoadTest::client, work, 2, Duration.ZERO);
    }

    private static Socks5Client client(InetSocketAddress proxy) {
        return Socks5Client.builder().proxy(proxy).build();
    }

    private static Target target(Socks5Server server) {
        return new Target(
                server.localAddresses().get(0),
                Optional.empty(),
                OptionalLong.of(ProcessHandle.current().pid()));
    }

    @ParameterizedTest
    @CsvSource({
        "DOWNLOAD, 'plain, 2 tunnels', MB/s, CPU s/GB",
        "UPLOAD, 'plain, 2 tunnels', MB/s, CPU s/GB",
        "EXCHANGES, 'plain, 2 tunnels', exchanges/s, CPU us/exchange",
        "CONNECTIONS, 'plain, 2 at a time', connections/s, CPU us/connection"
    })
    void measuresWhatIsDone(Work work, String name, String unit, String cpuUnit) throws IOException {
        try (Socks5Server server = Socks5Server.builder().listen("127.0.0.1", 0).start()) {
            ClientLoad load = load(work);
            List<Figure> figures = load.run(target(server), Duration.ofMillis(200));
            assertThat(load.name()).isEqualTo("plain-2");
            assertThat(figures).extracting(Figure::name).containsExactly(name, name + ", CPU");
            assertThat(figures).extracting(Figure::unit).containsExactly(unit, cpuUnit);
            assertThat(figures.get(0).value()).isPositive();
        }
    }

    @Test
    void aServerThatRefusesHasNoFigure() throws IOException {
        AccessRules nothing = AccessRules.builder().deny("*").build();
        try (Socks5Server server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .accessRule(nothing)
                .start()) {
            assertThatThrownBy(() -> TWO.run(target(server), Duration.ofMillis(200)))
                    .isInstanceOf(RequestRejectedException.class);
        }
    }
}
