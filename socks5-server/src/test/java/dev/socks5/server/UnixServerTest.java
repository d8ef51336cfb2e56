package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.internal.net.Network;
import dev.socks5.server.internal.net.SystemNetwork;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.AdditionalAnswers;
import org.mockito.ArgumentMatchers;
import org.mockito.Mockito;

/** A server that is reached by a path. */
@Timeout(60)
class UnixServerTest {

    private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";
    private static final String BIND_ANYBODY = "05 02 00 01 00 00 00 00 00 00";
    private static final String ME = System.getProperty("user.name");

    private final Recorder recorder = new Recorder();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path path() {
        return folder.resolve("proxy.sock");
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().eventLoops(2).listener(recorder).listenUnix(path());
    }

    @Test
    void connectsFromAPath() throws Exception {
        BlockingQueue<ClientAddress> clients = new LinkedBlockingQueue<>();
        Socks5ServerListener listener = new Socks5ServerListener() {
            @Override
            public void accepted(SessionInfo session) {
                clients.add(session.client());
            }
        };
        try (Socks5Server server = builder().listener(listener).start();
                Origin origin = new Origin();
                UnixClient client = new UnixClient(path()).tunnelTo(origin.address())) {
            assertThat(server.localPaths()).containsExactly(path());
            assertThat(server.localAddresses()).isEmpty();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                    .isEqualTo("rw-------");
            Socket far = origin.take();
            client.send("01 02");
            assertThat(far.getInputStream().readNBytes(2)).containsExactly(1, 2);
            far.getOutputStream().write(new byte[] {3, 4});
            client.expect("03 04");
            assertThat(clients.poll(10, TimeUnit.SECONDS)).isEqualTo(new ClientAddress.Unix(ME));
        }
        assertThat(path()).doesNotExist();
    }

    @Test
    void aPathDoesNotTakeThePlaceOfAnAddressThatWasAskedFor() throws Exception {
        try (Socks5Server server = builder().listen("127.0.0.1", 0).start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server).tunnelTo(origin.address());
                UnixClient local = new UnixClient(path()).tunnelTo(origin.address())) {
            assertThat(server.localAddresses()).hasSize(1);
            assertThat(local.channel().isConnected()).isTrue();
            assertThat(client.socket().isConnected()).isTrue();
        }
    }

    @Test
    void anEndPassesOnAndTheOtherDirectionGoesOn() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                UnixClient client = new UnixClient(path()).tunnelTo(origin.address())) {
            Socket far = origin.take();
            client.send("01").channel().shutdownOutput();
            assertThat(far.getInputStream().readAllBytes()).containsExactly(1);
            far.getOutputStream().write(2);
            client.expect("02");
            far.shutdownOutput();
            client.expectEnd();
            assertThat(recorder.until("closed")).last().isEqualTo("closed 1 1 FINISHED");
            assertThat(server.localPaths()).hasSize(1);
        }
    }

    /** A Unix domain socket has no resets of its own: there, it is the end of the connection. */
    @Test
    void aResetOfTheDestinationEndsTheConnection() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                UnixClient client = new UnixClient(path()).tunnelTo(origin.address())) {
            Socket far = origin.take();
            far.setSoLinger(true, 0);
            far.close();
            client.expectDropped();
            assertThat(recorder.until("closed")).last().isEqualTo("closed 0 0 BROKEN");
            assertThat(server.localPaths()).hasSize(1);
        }
    }

    /** It leaves bytes behind that it has not read: that is told from a proper end. */
    @Test
    void aClientThatBreaksOffResetsTheDestination() throws Exception {
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                UnixClient client = new UnixClient(path()).tunnelTo(origin.address())) {
            Socket far = origin.take();
            far.getOutputStream().write(new byte[1000]);
            client.read(1);
            client.close();
            assertThatThrownBy(() -> far.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(recorder.until("closed")).last().isEqualTo("closed 0 1000 BROKEN");
            assertThat(server.localPaths()).hasSize(1);
        }
    }

    @Test
    void sixtyFourMebibytesEachWay() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool(); // The common pool may have fewer than it takes.
        try (Socks5Server server = builder().start();
                Origin origin = new Origin();
                UnixClient client = new UnixClient(path()).tunnelTo(origin.address())) {
            Socket far = origin.take();
            Future<String> up = threads.submit(() -> pour(1, output(client)));
            Future<String> down = threads.submit(() -> pour(2, output(far)));
            Future<String> upTaken = threads.submit(() -> digest(far));
            assertThat(digest(client)).isEqualTo(down.get(50, TimeUnit.SECONDS));
            assertThat(upTaken.get(50, TimeUnit.SECONDS)).isEqualTo(up.get(50, TimeUnit.SECONDS));
            SessionEnd ending = recorder.ending();
            assertThat(List.of(ending.bytesUp(), ending.bytesDown())).containsExactly(64L << 20, 64L << 20);
            assertThat(server.localPaths()).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private interface Opened {
        OutputStream stream() throws IOException;
    }

    private static Opened output(UnixClient client) {
        return () -> new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer out = ByteBuffer.wrap(bytes, offset, length);
                while (out.hasRemaining()) {
                    client.channel().write(out);
                }
            }

            @Override
            public void close() throws IOException {
                client.channel().shutdownOutput();
            }
        };
    }

    private static Opened output(Socket socket) {
        return () -> new FilterOutputStream(socket.getOutputStream()) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                socket.shutdownOutput();
            }
        };
    }

    /** Sends 64 MiB and then the end; the digest of what was sent. */
    private static String pour(int seed, Opened to) {
        try (OutputStream out = to.stream()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Random random = new Random(seed);
            byte[] block = new byte[1 << 16];
            for (int i = 0; i < 1024; i++) {
                random.nextBytes(block);
                digest.update(block);
                out.write(block, 0, block.length);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String digest(Socket from) {
        try {
            return digest(new DigestInputStream(from.getInputStream(), MessageDigest.getInstance("SHA-256")));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String digest(UnixClient from) throws Exception {
        // A stream of the channel would hold its lock against the one that writes.
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        while (from.channel().read(in) >= 0) {
            digest.update(in.flip());
            in.clear();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String digest(DigestInputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(in.getMessageDigest().digest());
    }

    @Test
    void bindListensWhereThePeerIsExpected() throws Exception {
        try (Socks5Server server = builder().start();
                UnixClient client = new UnixClient(path())) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send("05 02 00 01 7f 00 00 01 00 00");
            InetSocketAddress bound = client.readReply();
            assertThat(bound.getAddress().isLoopbackAddress()).isTrue();
            try (Socket peer = new Socket(bound.getAddress(), bound.getPort())) {
                assertThat(client.readReply()).isEqualTo(peer.getLocalSocketAddress());
                peer.getOutputStream().write(7);
                client.expect("07");
            }
            assertThat(server.localPaths()).hasSize(1);
        }
    }

    /** There is no address by which the client has come, so nobody but this host is let near. */
    @Test
    void bindForAnybodyListensOnLoopback() throws Exception {
        try (Socks5Server server = builder()
                        .accessRule(AccessRules.builder().allow("0.0.0.0").build())
                        .start();
                UnixClient client = new UnixClient(path())) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(BIND_ANYBODY);
            InetSocketAddress bound = client.readReply();
            assertThat(bound.getAddress().isLoopbackAddress()).isTrue();
            assertThat(bound.getPort()).isPositive();
            assertThat(server.localPaths()).hasSize(1);
        }
    }

    @Test
    void datagramsHaveNoAddressToComeFrom() throws Exception {
        try (Socks5Server server = builder().start();
                UnixClient client = new UnixClient(path())) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(ASSOCIATE)
                    .expectFailure(0x07);
            assertThat(recorder.until("requestFailed"))
                    .last()
                    .isEqualTo("requestFailed 7 a local client has no address for datagrams");
            assertThat(server.localPaths()).hasSize(1);
        }
    }

    @Test
    void rulesKnowTheUser() throws Exception {
        try (Origin origin = new Origin()) {
            for (String client : List.of("unix:" + ME, "unix")) {
                try (Socks5Server server = builder()
                                .accessRule(AccessRules.builder()
                                        .deny(RequestPattern.any().client(client))
                                        .build())
                                .start();
                        UnixClient refused = new UnixClient(path())) {
                    refused.send(RawClient.GREETING)
                            .expect(RawClient.ANONYMOUS)
                            .send(RawClient.connect(origin.address()))
                            .expectFailure(0x02);
                    assertThat(server.localPaths()).hasSize(1);
                }
            }
            try (Socks5Server server = builder()
                            .accessRule(AccessRules.builder()
                                    .deny(RequestPattern.any().client("unix:nobody-else"))
                                    .deny(RequestPattern.any().client("0.0.0.0/0"))
                                    .build())
                            .start();
                    UnixClient admitted = new UnixClient(path())) {
                admitted.tunnelTo(origin.address());
                assertThat(server.localPaths()).hasSize(1);
            }
        }
    }

    @Test
    void allConnectionsOfAUserCountTogether() throws Exception {
        BlockingQueue<String> rejected = new LinkedBlockingQueue<>();
        Socks5ServerListener listener = new Socks5ServerListener() {
            @Override
            public void rejected(ClientAddress client, Rejection reason) {
                rejected.add(client + " " + reason);
            }
        };
        try (Socks5Server server = builder().maxPerClient(1).listener(listener).start();
                UnixClient first = new UnixClient(path());
                UnixClient second = new UnixClient(path())) {
            first.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            second.expectDropped();
            assertThat(rejected.poll(10, TimeUnit.SECONDS)).isEqualTo("unix:" + ME + " TOO_MANY_FROM_CLIENT");
            assertThat(server.localPaths()).hasSize(1);
        }
    }

    @Test
    void whoGuessesIsKeptOut() throws Exception {
        try (Socks5Server server = builder()
                .authenticator((login, client) -> Optional.empty())
                .loginThrottle(1, Duration.ofMinutes(10))
                .start()) {
            try (UnixClient guessing = new UnixClient(path())) {
                guessing.send(RawClient.LOGIN_GREETING)
                        .expect(RawClient.LOGIN_SELECTED)
                        .send("01 01 75 01 70");
                guessing.expect("01 01").expectEnd();
            }
            try (UnixClient again = new UnixClient(path())) {
                again.expectDropped();
                assertThat(recorder.until("rejected")).last().isEqualTo("rejected TOO_MANY_FAILED_LOGINS");
            }
            assertThat(server.localPaths()).hasSize(1);
        }
    }

    @Test
    void aStartThatFailsLeavesNothingBehind() throws Exception {
        Path missing = folder.resolve("missing").resolve("proxy.sock");
        assertThatThrownBy(() -> builder().listenUnix(missing).start())
                .isInstanceOf(BindException.class)
                .hasMessage("cannot listen on unix:" + missing + ": there is no such folder");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void twoServersDoNotShareAPath() throws Exception {
        try (Socks5Server first = builder().start()) {
            assertThatThrownBy(() -> builder().start())
                    .isInstanceOf(BindException.class)
                    .hasMessage("cannot listen on unix:" + path() + ": somebody is listening there");
            assertThat(first.localPaths()).hasSize(1);
            new UnixClient(path()).close();
        }
    }

    @Test
    void aSystemWithoutSuchSocketsIsAnErrorThatSaysSo() throws Exception {
        Network without = Mockito.mock(Network.class, AdditionalAnswers.delegatesTo(new SystemNetwork()));
        SelectorProvider sockets = Mockito.mock(SelectorProvider.class);
        Mockito.doReturn(sockets).when(without).sockets();
        Mockito.doThrow(UnsupportedOperationException.class)
                .when(sockets)
                .openServerSocketChannel(ArgumentMatchers.any());
        assertThatThrownBy(() -> builder().start(without))
                .isInstanceOf(BindException.class)
                .hasMessage("cannot listen on unix:" + path()
                        + ": this system has no such sockets, or no permissions for them");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void thePathGoesWithTheServerAndNotWithItsSuccessors() throws Exception {
        Socks5Server first = builder().start();
        assertThat(first.shutdown(Duration.ofSeconds(10))).isTrue();
        assertThat(path()).doesNotExist();
        try (Socks5Server second = builder().start()) {
            first.close();
            assertThat(second.localPaths()).hasSize(1);
            new UnixClient(path()).close();
        }
        assertThat(path()).doesNotExist();
    }

    @Test
    void whatIsNoPathOfASocketIsRefused() {
        Socks5ServerBuilder builder = Socks5Server.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.listenUnix(Path.of("/")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.listenUnix(Path.of("")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.listenUnix(Path.of("/run/a\nb")));
    }
}
