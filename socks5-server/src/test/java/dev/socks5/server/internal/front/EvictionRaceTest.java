package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session that is evicted in the moment in which its handshake ends. */
@Timeout(60)
class EvictionRaceTest {

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** Holds up the other loop than that which accepts: a request has come, and its session is still in the lobby. */
    private final Socks5ServerListener holdUp = new Socks5ServerListener() {
        @Override
        public void requested(SessionInfo session) {
            if (Thread.currentThread().getName().equals("socks5-loop-1")) {
                requested.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    };

    @Test
    void whoHasMadeItsRequestIsServedAllTheSame() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .eventLoops(2)
                        .maxUnauthenticated(1)
                        .listener(holdUp)
                        .start()) {
            RawClient client = greeted(server);
            client.send(RawClient.connect(origin.address()));
            if (!requested.await(500, TimeUnit.MILLISECONDS)) { // It is on the other loop, so the next one is not.
                client.expectSuccess();
                origin.take();
                client.close();
                client = greeted(server);
                client.send(RawClient.connect(origin.address()));
                requested.await();
            }
            try (RawClient next = greeted(server)) { // For this one it has to go.
                release.countDown();
                client.expectSuccess();
                Socket behind = origin.take();
                client.send("2e");
                assertThat(behind.getInputStream().read()).isEqualTo('.');
                next.send(RawClient.connect(origin.address())).expectSuccess();
            } finally {
                client.close();
            }
        }
    }

    private static RawClient greeted(Socks5Server server) throws Exception {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }
}
