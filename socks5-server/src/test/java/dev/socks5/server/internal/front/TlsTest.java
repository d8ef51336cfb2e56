package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.Inside;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Remains;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.TlsPeers;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that connect by TLS, and what else comes to such a port. */
@Timeout(60)
class TlsTest {

    private static final String V12 = "TLSv1.2";
    private static final String V13 = "TLSv1.3";
    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private final Recorder events = new Recorder();

    private Socks5ServerBuilder builder() {
        return TlsPeers.builder().listener(events);
    }

    private static void echoes(RawClient client, Socket far) throws IOException {
        client.send(PING);
        assertThat(far.getInputStream().readNBytes(4)).isEqualTo(PING);
        far.getOutputStream().write(PING);
        assertThat(client.read(4)).isEqualTo(PING);
    }

    private static byte[] megabytes(int count) {
        byte[] bytes = new byte[count * 1024 * 1024 + 17];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static CompletableFuture<Void> sends(OutputStream out, byte[] bytes) {
        return CompletableFuture.runAsync(() -> {
            try {
                out.write(bytes);
                out.flush();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void carriesATunnelBothWays(String version) throws Exception {
        byte[] up = megabytes(5);
        byte[] down = megabytes(6);
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                RawClient client = TlsPeers.client(server, version)) {
            Remains remains = new Remains(server);
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            echoes(client, far);
            CompletableFuture<Void> sending = sends(client.socket().getOutputStream(), up);
            CompletableFuture<Void> answering = sends(far.getOutputStream(), down);
            CompletableFuture<byte[]> arrived = CompletableFuture.supplyAsync(() -> {
                try {
                    return far.getInputStream().readNBytes(up.length);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(client.read(down.length)).isEqualTo(down);
            assertThat(arrived.get()).isEqualTo(up);
            sending.get();
            answering.get();
            far.close();
            client.expectEnd();
            client.close();
            assertThat(events.until("closed"))
                    .last()
                    .isEqualTo("closed %d %d FINISHED".formatted(up.length + 4, down.length + 4));
            remains.awaitNone();
        }
    }

    @Test
    void eitherSideMayEndFirst() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                RawClient client = TlsPeers.client(server, V13)) {
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            client.socket().shutdownOutput();
            assertThat(far.getInputStream().read()).isEqualTo(-1);
            far.getOutputStream().write(PING);
            assertThat(client.read(4)).isEqualTo(PING);
            far.close();
            client.expectEnd();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 4 FINISHED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void theOriginsEndLeavesTheOtherDirectionOpen(String version) throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                RawClient client = TlsPeers.client(server, version)) {
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            far.shutdownOutput();
            client.expectEnd();
            if (version.equals(V13)) { // The JDK's client of TLS 1.2 sends nothing after that.
                client.send(PING);
                assertThat(far.getInputStream().readNBytes(4)).isEqualTo(PING);
            }
            client.close();
            assertThat(far.getInputStream().read()).isEqualTo(-1);
            assertThat(events.until("closed")).last().asString().endsWith(" FINISHED");
        }
    }

    /** An end that TLS has not confirmed may be anybody's. */
    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void inputThatIsCutOffIsAReset(String version) throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                Socket below = new Socket()) {
            below.connect(server.localAddresses().get(0));
            RawClient client = new RawClient(TlsPeers.layered(below, TlsPeers.clientContext(), version));
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            echoes(client, far);
            below.shutdownOutput();
            assertThatThrownBy(() -> far.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(events.until("closed")).last().isEqualTo("closed 4 4 BROKEN");
        }
    }

    @Test
    void aResetIsPassedOnAsAReset() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                RawClient client = TlsPeers.client(server)) {
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            far.setSoLinger(true, 0);
            far.close();
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(IOException.class);
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 BROKEN");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void aFailureReplyArrivesWhole(String version) throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = TlsPeers.client(server, version)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(RawClient.connect(Origin.nobody()));
            client.expectFailure(5);
            client.close();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 REQUEST_FAILED");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05 01 00",
                "04 01 00 50 7f 00 00 01 00",
                "15 03 03 00 02 02 28",
                "16 02 00 00 05 01 00 00 01 00",
                "80 2e 01 03 01 00 15",
                "47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a",
                "17 03 03 00 01 00",
                "00"
            })
    void whatIsNoTlsIsClosedWithoutAnAnswer(String bytes) throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = new RawClient(server)) {
            client.send(bytes).expectDropped();
            assertThat(events.until("closed"))
                    .anyMatch(event -> event.startsWith("handshakeFailed ") && event.contains("on a port for TLS"))
                    .last()
                    .isEqualTo("closed 0 0 TLS_FAILED");
        }
    }

    @Test
    void aReasonNamesSocksWithoutTls() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = new RawClient(server)) {
            client.send("05 01 00").expectDropped();
            assertThat(events.until("handshakeFailed"))
                    .last()
                    .isEqualTo("handshakeFailed SOCKS5 without TLS on a port for TLS");
        }
    }

    /** It began like TLS, so it is told what was wrong. */
    @ParameterizedTest
    @ValueSource(strings = {"16 03 01 00 04 63 00 00 00", "16 03 01 00 02 01 00", "16 03 01 00 04 01 00 00 00"})
    void aBrokenHandshakeGetsAnAlertOrSilence(String bytes) throws Exception {
        try (Socks5Server server =
                        builder().handshakeTimeout(Duration.ofMillis(500)).start();
                RawClient client = new RawClient(server)) {
            client.send(bytes);
            byte[] answer = client.socket().getInputStream().readAllBytes();
            assertThat(answer.length == 0 || answer[0] == 0x15)
                    .as(RawClient.hex(answer))
                    .isTrue();
            client.close();
            assertThat(events.until("closed")).last().isIn("closed 0 0 TLS_FAILED", "closed 0 0 HANDSHAKE_TIMEOUT");
        }
    }

    @Test
    void aRecordThatIsTooLongFailsAtOnce() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = new RawClient(server)) {
            client.send("16 03 01 ff ff");
            client.expectDropped();
            client.close();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 TLS_FAILED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"16", "16 03", "16 03 03 10 00 00 00"})
    void whoFallsSilentIsClosedAtTheDeadline(String bytes) throws Exception {
        try (Socks5Server server =
                        builder().handshakeTimeout(Duration.ofMillis(300)).start();
                RawClient client = new RawClient(server)) {
            client.send(bytes).expectDropped();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 HANDSHAKE_TIMEOUT");
        }
    }

    @Test
    void theDeadlineIsForTlsAndSocksTogether() throws Exception {
        try (Socks5Server server =
                        builder().handshakeTimeout(Duration.ofSeconds(1)).start();
                RawClient client = TlsPeers.client(server)) {
            client.expectDropped();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 HANDSHAKE_TIMEOUT");
        }
    }

    @Test
    void whoLeavesDuringTheHandshakeHasLeft() throws Exception {
        try (Socks5Server server = builder().start()) {
            new RawClient(server).send("16 03 03").close();
            assertThat(events.until("closed")).last().isEqualTo("closed 0 0 CLIENT_LEFT");
        }
    }

    @Test
    void tlsOnAPlainPortEndsAtOnceAndSaysSo() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .listener(events)
                        .start();
                SSLSocket client = TlsPeers.socket(server.localAddresses().get(0), TlsPeers.clientContext())) {
            assertThatThrownBy(client::startHandshake).isInstanceOf(IOException.class);
            assertThat(events.until("closed"))
                    .anyMatch(event -> event.startsWith("handshakeFailed ") && event.endsWith("looks like TLS"))
                    .last()
                    .isEqualTo("closed 0 0 MALFORMED");
        }
    }

    @Test
    void bothKindsOfPortsStandBesideEachOther() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .listenTls(TlsPeers.ANY_PORT, TlsPeers.serverContext())
                        .start();
                RawClient plain = new RawClient(server.localAddresses().get(0));
                RawClient secured =
                        new RawClient(TlsPeers.socket(server.localAddresses().get(1), TlsPeers.clientContext()));
                Origin origin = new Origin()) {
            echoes(plain.tunnelTo(origin.address()), origin.take());
            echoes(secured.tunnelTo(origin.address()), origin.take());
        }
    }

    /** The client changes its keys and asks the server to change its own: nothing of that gets into the tunnel. */
    @Test
    void newKeysStayOutsideTheTunnel() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = TlsPeers.client(server, V13);
                Origin origin = new Origin()) {
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            for (int i = 0; i < 5; i++) {
                ((SSLSocket) client.socket()).startHandshake();
                echoes(client, far);
            }
            origin.close();
            client.expectEnd();
            client.close();
            assertThat(events.until("closed")).last().isEqualTo("closed 20 20 FINISHED");
        }
    }

    @Test
    void aClientThatRenegotiatesIsReset() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = TlsPeers.client(server, V12);
                Origin origin = new Origin()) {
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            echoes(client, far);
            assertThatThrownBy(() -> {
                        ((SSLSocket) client.socket()).startHandshake();
                        client.read(1);
                    })
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> far.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(events.until("closed")).last().isEqualTo("closed 4 4 BROKEN");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void aSecondConnectionResumesTheSession(String version) throws Exception {
        SSLContext context = TlsPeers.AUTHORITY.context();
        try (Socks5Server server = builder().start();
                Origin origin = new Origin()) {
            long first = 0;
            for (int i = 0; i < 2; i++) {
                try (RawClient client = TlsPeers.client(server, context, version)) {
                    client.tunnelTo(origin.address());
                    Socket far = origin.take();
                    echoes(client, far); // With the answer comes the ticket.
                    far.close(); // Or the client would wait for that.
                    SSLSession session = ((SSLSocket) client.socket()).getSession();
                    if (i == 0) {
                        first = session.getCreationTime();
                    } else {
                        assertThat(session.getCreationTime()).isEqualTo(first);
                    }
                }
                Thread.sleep(2);
            }
        }
    }

    @Test
    void whoDoesNotTrustTheServerTellsItSo() throws Exception {
        SSLContext stranger = new Authority().context();
        try (Socks5Server server = builder().start()) {
            assertThatThrownBy(() -> TlsPeers.client(server, stranger)).isInstanceOf(SSLHandshakeException.class);
            assertThat(events.until("closed"))
                    .anyMatch(event -> event.startsWith("handshakeFailed ") && event.contains("Received fatal alert: "))
                    .last()
                    .isEqualTo("closed 0 0 TLS_FAILED");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHandshakeIsEvictedAndShutDown(boolean evicted) throws Exception {
        Socks5ServerBuilder builder = builder().maxUnauthenticated(1);
        try (Socks5Server server = builder.start();
                RawClient client = new RawClient(server)) {
            client.send("16 03 03 00");
            events.until("accepted");
            if (evicted) {
                TlsPeers.client(server).close();
            } else {
                server.close();
            }
            client.expectDropped();
            assertThat(events.until("closed")).last().isEqualTo(evicted ? "closed 0 0 EVICTED" : "closed 0 0 SHUTDOWN");
        }
    }

    /** However the bytes of TLS come, those inside are the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 5_000, 20_000})
    void bytesMayComeInAnyPortions(int portion) throws Exception {
        byte[] sent = Arrays.copyOf(megabytes(1), portion == 1 ? 40_000 : 300_000);
        try (Socks5Server server = builder().start();
                Portions portions = new Portions(server.localAddresses().get(0), portion);
                RawClient client = new RawClient(TlsPeers.socket(portions.address(), TlsPeers.clientContext()));
                Origin origin = new Origin()) {
            client.tunnelTo(origin.address());
            Socket far = origin.take();
            CompletableFuture<Void> sending = sends(client.socket().getOutputStream(), sent);
            assertThat(far.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            sending.get();
            far.getOutputStream().write(PING);
            assertThat(client.read(4)).isEqualTo(PING);
        }
    }

    /** The client says everything without waiting, and it comes with the last message of its handshake. */
    @Test
    void allOfSocksMayComeWithTheLastBytesOfTheHandshake() throws Exception {
        try (Socks5Server server = builder().start();
                Portions portions = new Portions(server.localAddresses().get(0), Portions.ALL);
                RawClient client = new RawClient(TlsPeers.socket(portions.address(), TlsPeers.clientContext(), V13));
                Origin origin = new Origin()) {
            client.send(RawClient.GREETING + RawClient.connect(origin.address()) + "70 69 6e 67");
            portions.release();
            client.expect(RawClient.ANONYMOUS).expectSuccess();
            assertThat(origin.take().getInputStream().readNBytes(4)).isEqualTo(PING);
        }
    }

    @Test
    void manyTunnelsAtOnce() throws Exception {
        int count = 200;
        List<RawClient> clients = new ArrayList<>();
        try (Socks5Server server = TlsPeers.builder().eventLoops(2).start();
                Origin origin = new Origin()) {
            for (int i = 0; i < count; i++) {
                clients.add(TlsPeers.client(server).tunnelTo(origin.address()));
            }
            for (RawClient client : clients) {
                echoes(client, origin.take());
            }
            assertThat(server.statistics().tunnels()).isEqualTo(count);
            assertThat(Inside.core(server).backlog().held()).isZero(); // Idle tunnels hold nothing there.
            origin.close();
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
