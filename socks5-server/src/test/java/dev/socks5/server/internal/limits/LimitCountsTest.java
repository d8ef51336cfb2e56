package dev.socks5.server.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.CloseReason;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5Server;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What limits count when some have left and others have come. */
@Timeout(60)
class LimitCountsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Recorder events = new Recorder();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10); // It may pass its greatest value.

    @Test
    void ofAClientsConnectionsOneThatLeavesMakesRoomForOne() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .maxPerClient(2)
                        .listener(events)
                        .start();
                RawClient stays = new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
            try (RawClient leaves = new RawClient(server)) {
                leaves.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            }
            events.until("closed");
            try (RawClient comes =
                            new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    RawClient overUserLimit = new RawClient(server)) {
                overUserLimit.expectDropped();
                assertThat(events.until("rejected")).last().isEqualTo("rejected TOO_MANY_FROM_CLIENT");
                comes.send("05 09 00 01 7f 00 00 01 00 09").expectFailure(0x07);
                stays.send("05 09 00 01 7f 00 00 01 00 09").expectFailure(0x07);
            }
        }
    }

    @Test
    void whoHasBeenEvictedIsNotEvictedAgain() {
        Lobby lobby = new Lobby(() -> 1);
        Lobby.Guest first = mock(Lobby.Guest.class);
        Lobby.Guest second = mock(Lobby.Guest.class);
        assertThat(lobby.enter(first)).isEmpty();
        assertThat(lobby.enter(second)).containsSame(first);
        assertThat(lobby.enter(mock(Lobby.Guest.class))).containsSame(second);
        assertThat(lobby.size()).isEqualTo(1);
    }

    /** The time runs from the first failure, and not from the latest. */
    @Test
    void failedLoginsAreForgottenTogether() throws Exception {
        LoginThrottle throttle = new LoginThrottle(() -> 3, () -> Duration.ofSeconds(1), clock::get);
        ClientAddress client = ClientAddress.of(new InetSocketAddress("192.0.2.1", 40_000));
        throttle.failed(client);
        clock.addAndGet(SECOND - 1);
        throttle.failed(client);
        clock.addAndGet(1);
        throttle.failed(client);
        assertThat(throttle.keepsOut(client)).isFalse();
        throttle.failed(client);
        throttle.failed(client);
        assertThat(throttle.keepsOut(client)).isTrue();
    }

    @Test
    void aUserWhoComesBackOwesInOnePlace() {
        UserLimits userLimits =
                new UserLimits(() -> Integer.MAX_VALUE, () -> 1_000, () -> Quota.Grant.UNLIMITED, clock::get);
        Account account = userLimits.enter("al").orElseThrow();
        assertThat(account.up())
                .isNotNull()
                .extracting(bucket -> bucket.charge(10_000))
                .isNotNull();
        userLimits.leave(account);
        assertThat(userLimits.idle()).isEqualTo(1);
        assertThat(userLimits.enter("al")).containsSame(account);
        assertThat(userLimits.idle()).isZero();
        assertThat(userLimits.size()).isEqualTo(1);
    }

    @Test
    void aCacheOfAddressesLooksNamesUpAsItsSourceDoes() throws Exception {
        Resolver source = new Resolver() {
            @Override
            public List<InetAddress> resolve(String name) {
                return List.of();
            }

            @Override
            public String nameOf(InetAddress address) {
                return "name-of." + address.getHostAddress();
            }
        };
        InetAddress address = InetAddress.getByName("192.0.2.1");
        for (Resolver each : List.of(
                source.cached(),
                source.prefer(StandardProtocolFamily.INET),
                source.only(StandardProtocolFamily.INET))) {
            assertThat(each.nameOf(address)).isEqualTo("name-of.192.0.2.1");
        }
    }

    /** Without a port there is nothing to reply but a failure, once. */
    @ParameterizedTest
    @CsvSource({"02", "03"})
    void withoutAPort(String command) throws Exception {
        try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getByName("127.0.0.1"));
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .relayPorts(udp.getLocalPort(), udp.getLocalPort())
                        .listener(events)
                        .start()) {
            Remains remains = new Remains(server);
            try (RawClient client =
                    new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS)) {
                client.send("05 " + command + " 00 01 7f 00 00 01 00 00").expectFailure(0x01);
            }
            assertThat(events.ending().reason()).isEqualTo(CloseReason.REQUEST_FAILED);
            remains.awaitNone();
        }
    }
}
