package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.operation.Usage;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A quota for each user, over the wire. The periods are in {@link dev.socks5.server.internal.limits.QuotaTest}. */
@Timeout(60)
class QuotaPerUserTest {

    private static final String AL = "61 6c";
    private static final String BO = "62 6f";
    private static final int QUOTA = 10;

    private final Recorder events = new Recorder();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Origin origin;

    @BeforeEach
    void start() throws IOException {
        origin = opened(new Origin());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("al", "pw", "bo", "pw")))
                .eventLoops(2)
                .listener(events);
    }

    private Socks5Server server(long quota) throws IOException {
        return opened(builder().quotaPerUser(quota, Duration.ofDays(1)).start());
    }

    private RawClient loggedIn(Socks5Server server, String user) throws IOException {
        return opened(new RawClient(server))
                .send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send("01 02 " + user + " 02 70 77")
                .expect("01 00");
    }

    private RawClient tunnel(Socks5Server server, String user) throws IOException {
        RawClient client = loggedIn(server, user).send(RawClient.connect(origin.address()));
        client.expectSuccess();
        return client;
    }

    private static void expectReset(Socket socket) {
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aTunnelEndsThatWouldRelayMore() throws Exception {
        Socks5Server server = server(QUOTA);
        RawClient client = tunnel(server, AL);
        Socket behind = origin.take();
        client.send(new byte[6]);
        behind.getInputStream().readNBytes(6);
        behind.getOutputStream().write(new byte[3]);
        client.read(3);
        client.send(new byte[5]); // Of which one is left.
        expectReset(client.socket());
        assertThat(events.until("closed")).last().isEqualTo("closed 7 3 QUOTA_USED");
        assertThat(server.statistics().bytesUp()).isEqualTo(7);

        loggedIn(server, AL).send(RawClient.connect(origin.address())).expectFailure(0x02);
        assertThat(events.until("requestFailed")).last().isEqualTo("requestFailed 2 the user has used up the quota");
        events.until("closed 0 0 REQUEST_FAILED");
        RawClient other = tunnel(server, BO);
        Socket behindOther = origin.take();
        other.send(new byte[QUOTA]);
        assertThat(behindOther.getInputStream().readNBytes(QUOTA)).hasSize(QUOTA);
    }

    /** It has relayed all that there was: nothing is wrong with that. */
    @Test
    void aTunnelThatUsesAllAndNoMoreEndsByItself() throws Exception {
        Socks5Server server = server(QUOTA);
        RawClient client = tunnel(server, AL);
        Socket behind = origin.take();
        behind.getOutputStream().write(new byte[QUOTA]);
        assertThat(client.read(QUOTA)).hasSize(QUOTA);
        behind.shutdownOutput();
        client.expectEnd();
        client.socket().shutdownOutput();
        assertThat(behind.getInputStream().read()).isEqualTo(-1);
        assertThat(events.until("closed")).last().isEqualTo("closed 0 " + QUOTA + " FINISHED");
    }

    @Test
    void theSessionsOfAUserShareIt() throws Exception {
        Socks5Server server = server(QUOTA);
        RawClient first = tunnel(server, AL);
        Socket behindFirst = origin.take();
        RawClient second = tunnel(server, AL);
        Socket behindSecond = origin.take();
        first.send(new byte[QUOTA]);
        behindFirst.getInputStream().readNBytes(QUOTA);
        behindSecond.getOutputStream().write(1);
        expectReset(second.socket());
        assertThat(events.until("closed")).last().isEqualTo("closed 0 0 QUOTA_USED");
    }

    /** Early data is charged as well. */
    @Test
    void whatIsSentAheadCounts() throws Exception {
        Socks5Server server = server(3);
        RawClient client = loggedIn(server, AL).send(RawClient.connect(origin.address()) + "2e 2e 2e");
        client.expectSuccess();
        origin.take().getInputStream().readNBytes(3);
        client.send("2e");
        expectReset(client.socket());
        assertThat(events.until("closed")).last().isEqualTo("closed 3 0 QUOTA_USED");
    }

    @Test
    void aChangeOfTheQuotaHoldsForTunnelsThatAreOpen() throws Exception {
        Socks5ServerBuilder builder = builder();
        Socks5Server server = opened(builder.start());
        RawClient client = tunnel(server, AL);
        Socket behind = origin.take();
        client.send(new byte[2 * QUOTA]);
        behind.getInputStream().readNBytes(2 * QUOTA);
        server.reconfigure(builder.quotaPerUser(QUOTA, Duration.ofDays(1)));
        client.send(new byte[QUOTA + 1]);
        expectReset(client.socket());
        assertThat(events.until("closed")).last().isEqualTo("closed " + 3 * QUOTA + " 0 QUOTA_USED");
    }

    /** As fast as it goes, on both loops. */
    @Test
    void severalTunnelsUseLittleMore() throws Exception {
        int sessions = 4;
        long quota = 1 << 20;
        Socks5Server server = server(quota);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            RawClient client = tunnel(server, AL);
            Socket behind = origin.take();
            threads.add(new Thread(() -> read(behind)));
            threads.add(new Thread(() -> write(client.socket())));
        }
        threads.forEach(Thread::start);
        long sum = 0;
        for (int i = 0; i < sessions; i++) {
            SessionEnd ending = events.ending();
            assertThat(ending.reason()).isEqualTo(CloseReason.QUOTA_USED);
            sum += ending.bytesUp();
        }
        assertThat(sum).isBetween(quota, quota + sessions * 64L * 1024);
    }

    private static void read(Socket socket) {
        try {
            byte[] buffer = new byte[64 * 1024];
            while (socket.getInputStream().read(buffer) >= 0) {}
        } catch (IOException e) {
            // Reset, at the end.
        }
    }

    private static void write(Socket socket) {
        try {
            while (true) {
                socket.getOutputStream().write(new byte[32 * 1024]);
            }
        } catch (IOException e) {
            // Reset, at the end.
        }
    }

    @Test
    void anAssociationEndsThatWouldRelayMore() throws Exception {
        Socks5Server server = server(QUOTA);
        UdpOrigin far = opened(new UdpOrigin());
        UdpClient client = opened(new UdpClient(loggedIn(server, AL), "05 03 00 01 00 00 00 00 00 00"));
        client.send(far.address(), new byte[6]);
        far.expect(new byte[6]);
        far.answer(new byte[5]); // More than is left; but one datagram is not cut.
        client.receive(far.address());
        client.send(far.address(), new byte[1]);
        client.control().expectDropped();
        SessionEnd ending = events.ending();
        assertThat(ending)
                .extracting(SessionEnd::reason, SessionEnd::bytesUp, SessionEnd::bytesDown, SessionEnd::datagrams)
                .containsExactly(CloseReason.QUOTA_USED, 6L, 5L, new DatagramCounts(1, 1, 0, 0, 0, 1, 0));
        assertThat(server.users())
                .filteredOn(user -> "al".equals(user.user()))
                .extracting("usage")
                .containsExactly(new Usage(6, 5, ending.datagrams()));
    }

    @Test
    void anAnswerEndsAnAssociationToo() throws Exception {
        Socks5Server server = server(QUOTA);
        UdpOrigin far = opened(new UdpOrigin());
        UdpClient client = opened(new UdpClient(loggedIn(server, AL), "05 03 00 01 00 00 00 00 00 00"));
        client.send(far.address(), new byte[QUOTA]);
        far.expect(new byte[QUOTA]);
        far.answer(new byte[1]);
        client.control().expectDropped();
        assertThat(events.ending().datagrams()).isEqualTo(new DatagramCounts(1, 0, 0, 0, 0, 1, 0));
    }
}
