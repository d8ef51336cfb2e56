package dev.socks5.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

@Timeout(60)
class ClientBulkTest {

    private static final ClientBulk TWO = new ClientBulk("plain", ClientBulkTest::client, 2, Duration.ZERO);

    private static Socks5Client client(InetSocketAddress proxy) {
        return Socks5Client.builder().proxy(proxy).build();
    }

    private static Target target(Socks5Server server) {
        return new Target(
                server.localAddresses().get(0),
                Optional.empty(),
                OptionalLong.of(ProcessHandle.current().pid()));
    }

    @Test
    void measuresWhatComesThrough() throws IOException {
        try (Socks5Server server = Socks5Server.builder().listen("127.0.0.1", 0).start()) {
            List<Figure> figures = TWO.run(target(server), Duration.ofMillis(200));
            assertThat(TWO.name()).isEqualTo("plain-2");
            assertThat(figures).extracting(Figure::name).containsExactly("plain, 2 tunnels", "plain, 2 tunnels, CPU");
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
