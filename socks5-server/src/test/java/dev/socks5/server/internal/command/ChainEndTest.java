package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.Connector;
import dev.socks5.server.RawClient;
import dev.socks5.server.RawUpstream;
import dev.socks5.server.Recorder;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever ends a chain on its way leaves nothing open. */
@Timeout(60)
class ChainEndTest {

    private final Recorder events = new Recorder();

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    private Socks5ServerBuilder through(Upstream first, Upstream... next) {
        return builder().connector(Connector.always(Route.through(first, next))).listener(events);
    }

    private static RawClient request(Socks5Server server) throws IOException {
        return new RawClient(server)
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS)
                .send(RawClient.connect("origin.example", 80));
    }

    @Test
    void noneIsLeftOpenWhenTheServerCloses() throws Exception {
        try (RawUpstream upstream = new RawUpstream();
                Socks5Server front = through(upstream.upstream()).start()) {
            List<RawClient> clients = new ArrayList<>();
            List<Socket> hops = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(request(front));
                hops.add(upstream.accept().expect(RawClient.GREETING).socket());
            }
            front.close();
            for (Socket hop : hops) {
                assertThat(hop.getInputStream().read()).isEqualTo(-1);
            }
            for (RawClient client : clients) {
                client.expectDropped();
                client.close();
            }
            for (int i = 0; i < 50; i++) {
                List<String> seen = events.until("closed");
                assertThat(seen.get(seen.size() - 1)).isEqualTo("closed 0 0 SHUTDOWN");
            }
        }
    }
}
