package com.example.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.socks5.client.RemoteListener;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5DatagramSocket;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.AccessRules;
import dev.socks5.server.CloseReason;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.ServerStatistics;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uses each part of the published API once, as code of somebody else's. */
@Timeout(60)
class PublishedApiTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final BlockingQueue<SessionEnd> ends = new LinkedBlockingQueue<>();

    private ServerSocket origin;
    private Socks5Server server;
    private Socks5Client client;

    @BeforeEach
    void start() throws IOException {
        origin = new ServerSocket(0, 1, LOOPBACK);
        server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .resolver(name -> List.of(LOOPBACK)) // every name is this host
                .accessRule(
                        AccessRules.builder().deny("refused.test user=alice").build())
                .listener(new Socks5ServerListener() {
                    @Override
                    public void closed(SessionInfo session, SessionEnd ending) {
                        ends.add(ending);
                    }
                })
                .start();
        client = RoundTrip.client(server);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        origin.close();
    }

    private SessionEnd nextEnd() throws InterruptedException {
        SessionEnd end = ends.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(end);
        return end;
    }

    @Test
    void isOnThePathThatTheBuildHasChosen() {
        String named = System.getProperty("named");
        assertEquals(named, String.valueOf(Socks5Client.class.getModule().isNamed()));
        assertEquals(named, String.valueOf(Socks5Server.class.getModule().isNamed()));
    }

    @Test
    void theProgramRuns() throws IOException {
        RoundTrip.main(new String[0]);
    }

    @Test
    void connectsWithALoginAndCounts() throws Exception {
        try (Socket near = client.connect("origin.test", origin.getLocalPort());
                Socket far = origin.accept()) {
            near.getOutputStream().write('x');
            assertEquals('x', far.getInputStream().read());
            far.getOutputStream().write("yes".getBytes());
            assertEquals("yes", new String(near.getInputStream().readNBytes(3)));
            assertEquals(1, server.statistics().tunnels());
        }
        assertEquals(CloseReason.FINISHED, nextEnd().reason());
        ServerStatistics statistics = server.statistics();
        assertEquals(1, statistics.accepted());
        assertEquals(1, statistics.bytesUp());
        assertEquals(3, statistics.bytesDown());
    }

    @Test
    void isRefusedWithAWrongLogin() throws Exception {
        Socks5Client stranger = Socks5Client.of("socks5h://alice:wrong@127.0.0.1:"
                + server.localAddresses().get(0).getPort());
        AuthenticationFailedException refusal = assertThrows(
                AuthenticationFailedException.class, () -> stranger.connect("origin.test", origin.getLocalPort()));
        assertTrue(refusal.status() != 0);
        assertEquals(CloseReason.NOT_AUTHENTICATED, nextEnd().reason());
        assertEquals(1, server.statistics().loginsFailed());
    }

    @Test
    void isRefusedByARule() {
        RequestRejectedException refusal =
                assertThrows(RequestRejectedException.class, () -> client.connect("refused.test", 80));
        assertEquals(ReplyCode.NOT_ALLOWED, refusal.reply().code());
        assertEquals(1, server.statistics().requestsFailed());
    }

    @Test
    void connectsLater() throws Exception {
        try (SocketChannel near = client.connectAsync("origin.test", origin.getLocalPort())
                        .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                Socket far = origin.accept()) {
            near.configureBlocking(true);
            near.write(ByteBuffer.wrap(new byte[] {7}));
            assertEquals(7, far.getInputStream().read());
        }
    }

    @Test
    void acceptsAConnectionAtTheProxy() throws Exception {
        try (RemoteListener listener = client.bind(Endpoint.of("127.0.0.1", 0));
                Socket peer = new Socket(LOOPBACK, listener.address().port());
                Socket accepted = listener.accept(LIMIT)) {
            peer.getOutputStream().write('b');
            assertEquals('b', accepted.getInputStream().read());
        }
    }

    @Test
    void exchangesDatagrams() throws Exception {
        try (DatagramSocket echo = new DatagramSocket(0, LOOPBACK);
                Socks5DatagramSocket near = client.associate()) {
            echo.setSoTimeout((int) LIMIT.toMillis());
            near.setSoTimeout((int) LIMIT.toMillis());
            near.send(Endpoint.of("echo.test", echo.getLocalPort()), new byte[] {1, 2, 3}, 0, 3);
            DatagramPacket question = new DatagramPacket(new byte[8], 8);
            echo.receive(question);
            echo.send(question); // back to where it came from
            DatagramPacket answer = new DatagramPacket(new byte[8], 8);
            near.receive(answer);
            assertEquals(3, answer.getLength());
            assertEquals(1, server.statistics().associations());
        }
    }
}
