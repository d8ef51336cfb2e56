package dev.socks5.benchmarks.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.benchmarks.watch.WatchedServer.Look;
import dev.socks5.client.Socks5Client;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchedServerTest {

    @Test
    void looksAtWhatIsOpenAndIsToldOfWhatMoves() throws Exception {
        BlockingQueue<Look> looks = new LinkedBlockingQueue<>();
        try (WatchedServer server = new WatchedServer(0, Duration.ofMillis(5), looks::add);
                ServerSocket origin = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Socket client = Socks5Client.builder()
                        .proxy(server.address())
                        .build()
                        .connect("127.0.0.1", origin.getLocalPort());
                Socket far = origin.accept()) {
            client.getOutputStream().write(new byte[10]);
            far.getInputStream().readNBytes(10);
            Look look = looks.take();
            while (look.told() == 0 || look.relayed() < 10) {
                look = looks.take();
            }
            assertThat(look.sessions()).isEqualTo(1);
            assertThat(look.nanos()).isPositive();
        }
    }
}
