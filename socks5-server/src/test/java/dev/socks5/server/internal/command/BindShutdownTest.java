package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.RawClient;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** A server that is closed in the moment in which the peer of a BIND connects. */
@Timeout(60)
class BindShutdownTest {

    /**
     * The listening socket is closed by then, and its key is still among those of the selector: the order of these
     * decides.
     */
    @RepeatedTest(20)
    void theTunnelIsResetAtBothEnds() throws Exception {
        CompletableFuture<Socks5Server> started = new CompletableFuture<>();
        Socks5ServerListener closes = new Socks5ServerListener() {
            @Override
            public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
                started.join().close(); // From a callback it does not wait.
            }
        };
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .listener(closes)
                        .start();
                RawClient client =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                Socket peer = new Socket()) {
            started.complete(server);
            InetSocketAddress bound =
                    client.send("05 02 00 01 7f 00 00 01 00 00").readReply();
            peer.setSoTimeout(RawClient.PATIENCE_MILLIS);
            peer.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            peer.connect(bound);
            assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
            // An end would pass for a proper one.
            assertThatThrownBy(() -> {
                        client.expectSuccess();
                        assertThat(client.read(1)).isEmpty();
                    })
                    .isInstanceOf(SocketException.class);
        }
    }
}
