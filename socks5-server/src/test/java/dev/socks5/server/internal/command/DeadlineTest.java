package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.Deaf;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.User;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing lasts for ever. */
@Timeout(60)
class DeadlineTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    @Test
    void aSilentClientIsHungUpOn() throws Exception {
        try (Socks5Server server = builder().handshakeTimeout(SHORT).start();
                RawClient client = new RawClient(server)) {
            client.expectDropped();
        }
    }

    @Test
    void oneOctetAtATimeDoesNotKeepTheHandshakeOpen() throws Exception {
        try (Socks5Server server = builder().handshakeTimeout(SHORT).start();
                RawClient client = new RawClient(server)) {
            client.send("05 ff"); // 255 methods are to come.
            client.socket().setSoTimeout(50);
            for (int i = 0; i < 200; i++) {
                try {
                    client.send("80").expectDropped();
                    return;
                } catch (SocketTimeoutException e) {
                    // Not yet: the next octet.
                } catch (SocketException e) {
                    return; // The octet came too late.
                }
            }
            throw new AssertionError("still open after ten seconds");
        }
    }

    @Test
    void anAuthenticatorThatHangsIsNotWaitedFor() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (Socks5Server server = builder()
                        .handshakeTimeout(SHORT)
                        .authenticator((login, from) -> {
                            never.await();
                            return Optional.of(new User("a"));
                        })
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send("01 01 61 01 62")
                    .expectDropped();
        }
    }

    @Test
    void aConnectThatHangsIsReported() throws Exception {
        try (Deaf deaf = new Deaf("127.0.0.1");
                Socks5Server server = builder().connectTimeout(SHORT).start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            client.send(RawClient.connect(deaf.address())).expectFailure(0x04);
        }
    }

    @Test
    void aLookUpThatHangsIsReported() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Resolver slow = name -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        };
        try (Socks5Server server =
                        builder().connectTimeout(SHORT).resolver(slow).start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            client.send(RawClient.connect("slow.example", 80)).expectFailure(0x04);
        }
    }

    @Test
    void anIdleTunnelIsResetAtBothEnds() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().idleTimeout(SHORT).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> behind.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whatMovesKeepsATunnelOpen() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().idleTimeout(SHORT).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            behind.setSoTimeout(100);
            for (int i = 0; i < 12; i++) { // three times the limit in all
                client.send("2e");
                assertThat(behind.getInputStream().read()).isEqualTo('.');
                waitInVain(behind);
            }
        }
    }

    private static void waitInVain(Socket socket) throws IOException {
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void theIdleLimitHoldsForAHalfClosedTunnelToo() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().idleTimeout(SHORT).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            client.socket().shutdownOutput();
            assertThat(origin.take().getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aHalfClosedTunnelHasALimitOfItsOwn() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().halfCloseTimeout(SHORT).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            client.socket().shutdownOutput();
            assertThat(behind.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
        }
    }
}
