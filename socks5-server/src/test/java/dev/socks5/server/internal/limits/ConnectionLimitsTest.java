package dev.socks5.server.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener.Rejection;
import dev.socks5.server.internal.net.SystemNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** So much and no more, and nobody waits for somebody else. */
@Timeout(120)
class ConnectionLimitsTest {

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    @Test
    void connectionsInAll() throws Exception {
        Recorder events = new Recorder();
        try (Socks5Server server = builder().maxConnections(2).listener(events).start();
                RawClient first = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                RawClient second =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            try (RawClient third = new RawClient(server)) {
                third.expectDropped();
            }
            assertThat(events.until("rejected")).last().isEqualTo("rejected TOO_MANY_CONNECTIONS");
            first.close();
            events.until("closed");
            try (RawClient fourth = new RawClient(server)) {
                fourth.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                second.send(RawClient.connect(Origin.nobody())).expectFailure(0x05);
            }
        }
    }

    @Test
    void connectionsPerClientAddress() throws Exception {
        Recorder events = new Recorder();
        InetAddress other = InetAddress.getByName("127.0.0.2");
        try (Socks5Server server = builder().maxPerClient(1).listener(events).start();
                RawClient first = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            try (RawClient second = new RawClient(server)) {
                second.expectDropped();
            }
            assertThat(events.until("rejected")).last().isEqualTo("rejected TOO_MANY_FROM_CLIENT");
            try (RawClient elsewhere = new RawClient(server, other)) {
                elsewhere.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            }
            events.until("closed");
            first.close();
            events.until("closed");
            try (RawClient again = new RawClient(server)) {
                again.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            }
        }
    }

    @Test
    void handshakesUnderWayTheOldestGoes() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().maxUnauthenticated(2).start();
                RawClient tunnel = new RawClient(server).tunnelTo(origin.address());
                RawClient oldest =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                RawClient older = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                RawClient newest =
                        new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            oldest.expectDropped();
            older.send(RawClient.connect(Origin.nobody())).expectFailure(0x05);
            newest.send(RawClient.connect(Origin.nobody())).expectFailure(0x05);
            tunnel.send("2e"); // A tunnel is no handshake: it stays.
            assertThat(origin.take().getInputStream().read()).isEqualTo('.');
        }
    }

    @Test
    void thoseThatAreBeingHungUpOnCountToo() throws Exception {
        try (Socks5Server server = builder().maxUnauthenticated(1).start();
                RawClient failed = new RawClient(server).send("05 00").expect("05 ff");
                RawClient next = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            // The first would have two seconds; with the next one's coming it is closed, and what it sends is answered
            // by
            // a reset.
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            failed.send(new byte[64 * 1024]);
                        }
                    })
                    .isInstanceOf(SocketException.class);
            next.send(RawClient.connect(Origin.nobody())).expectFailure(0x05);
        }
    }

    @Test
    void handshakesThatAreOverDoNotCount() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().maxUnauthenticated(2).start();
                RawClient slow = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            for (int i = 0; i < 5; i++) {
                try (RawClient quick = new RawClient(server).tunnelTo(origin.address())) {
                    quick.reset();
                }
            }
            slow.send(RawClient.connect(origin.address())).expectSuccess();
        }
    }

    @Test
    void neitherSilenceNorSlowLookUpsHoldUpOthers() throws Exception {
        CountDownLatch lookingUp = new CountDownLatch(40);
        CountDownLatch release = new CountDownLatch(1);
        Resolver slow = name -> {
            try {
                lookingUp.countDown();
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        };
        List<RawClient> crowd = new ArrayList<>();
        try (Origin origin = new Origin();
                Socks5Server server = builder().resolver(slow).start()) {
            for (int i = 0; i < 1_500; i++) {
                crowd.add(new RawClient(server));
            }
            for (int i = 0; i < 40; i++) {
                RawClient client = new RawClient(server);
                crowd.add(client);
                client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(RawClient.connect("slow.example", 80));
            }
            lookingUp.await();
            // All of them wait, and this one does not: it is served while the latch is still closed.
            try (RawClient client = new RawClient(server).tunnelTo(origin.address())) {
                client.send("2e");
                assertThat(origin.take().getInputStream().read()).isEqualTo('.');
            }
            release.countDown();
        } finally {
            for (RawClient client : crowd) {
                client.close();
            }
        }
    }

    @Test
    void countsComeBackToNothing() throws Exception {
        ConnectionLimits limits = new ConnectionLimits(
                new SystemNetwork(),
                () -> 10,
                () -> 10,
                new LoginThrottle(() -> 0, () -> Duration.ZERO, System::nanoTime));
        ClientAddress client = ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000));
        for (int i = 0; i < 1_000; i++) {
            assertThat(limits.enter(client)).isEmpty();
            limits.leave(client, true);
        }
        assertThat(limits.awaitNone(Duration.ZERO)).isTrue();
        assertThat(limits.enter(client)).isEmpty();
        assertThat(limits.awaitNone(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void eachLocalUserIsOneClient() {
        ConnectionLimits limits = new ConnectionLimits(
                new SystemNetwork(),
                () -> 10,
                () -> 1,
                new LoginThrottle(() -> 0, () -> Duration.ZERO, System::nanoTime));
        assertThat(limits.enter(new ClientAddress.Unix("alice"))).isEmpty();
        assertThat(limits.enter(new ClientAddress.Unix("alice"))).contains(Rejection.TOO_MANY_FROM_CLIENT);
        assertThat(limits.enter(new ClientAddress.Unix("bob"))).isEmpty();
        assertThat(limits.enter(new ClientAddress.Unix(null))).isEmpty();
        assertThat(limits.enter(new ClientAddress.Unix(null))).contains(Rejection.TOO_MANY_FROM_CLIENT);
        limits.leave(new ClientAddress.Unix("alice"), true);
        assertThat(limits.enter(new ClientAddress.Unix("alice"))).isEmpty();
    }

    /** A client counts by its address: another port is no other client. */
    @Test
    void anAddressCountsWhateverItsPort() {
        ConnectionLimits limits = new ConnectionLimits(
                new SystemNetwork(),
                () -> 10,
                () -> 1,
                new LoginThrottle(() -> 0, () -> Duration.ZERO, System::nanoTime));
        assertThat(limits.enter(ClientAddress.of(new InetSocketAddress("192.0.2.1", 1))))
                .isEmpty();
        assertThat(limits.enter(ClientAddress.of(new InetSocketAddress("192.0.2.1", 2))))
                .contains(Rejection.TOO_MANY_FROM_CLIENT);
    }

    /** Accepted just before the listening socket was closed, and counted when those that wait had seen nobody. */
    @Test
    void whatComesInWhileTheServerIsClosedIsCutToo() throws Exception {
        ConnectionLimits limits = new ConnectionLimits(
                new SystemNetwork(),
                () -> 10,
                () -> 10,
                new LoginThrottle(() -> 0, () -> Duration.ZERO, System::nanoTime));
        assertThat(limits.awaitNone(Duration.ZERO)).isTrue();
        limits.cut();
        assertThat(limits.wasCut()).isFalse();
        assertThat(limits.enter(ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000))))
                .isEmpty();
        assertThat(limits.wasCut()).isTrue();
    }

    @Test
    void aConnectionThatIsResetAtOnceIsCountedOut() throws IOException, InterruptedException {
        Recorder events = new Recorder();
        try (Socks5Server server = builder().maxConnections(1).listener(events).start()) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    client.reset();
                }
                events.until("closed");
            }
        }
    }
}
