package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The FTP client in active mode, through our server, against an FTP server of others on another address. */
@Timeout(60)
class ActiveFtpTest {

    private static final String SERVER = "127.0.0.2";

    @TempDir
    Path folder;

    private final Queue<Request> tunnels = new ConcurrentLinkedQueue<>();
    private byte[] file;
    private Socks5Server proxy;

    @BeforeEach
    void start() throws IOException {
        file = new byte[1 << 20];
        new Random(959).nextBytes(file);
        Files.write(folder.resolve("file"), file);
        proxy = builder().start();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).listener(new Socks5ServerListener() {
            @Override
            public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
                tunnels.add(session.request());
            }
        });
    }

    private ActiveFtp logIn(Endpoint server) throws IOException {
        return ActiveFtp.logIn(client(proxy), server, FtpOrigin.USER, FtpOrigin.PASSWORD);
    }

    private static Socks5Client client(Socks5Server server) {
        return Socks5Client.builder().proxy(server.localAddresses().get(0)).build();
    }

    private void checkFile(ActiveFtp ftp) throws Exception {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        ftp.retrieve("file", received);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        assertThat(digest.digest(received.toByteArray())).isEqualTo(digest.digest(file));
    }

    @Test
    void listsAndFetches() throws Exception {
        try (FtpOrigin origin = FtpOrigin.start(SERVER, SERVER, folder);
                ActiveFtp ftp = logIn(Endpoint.of(SERVER, origin.port()))) {
            ByteArrayOutputStream list = new ByteArrayOutputStream();
            ftp.list(list);
            assertThat(list.toString(StandardCharsets.UTF_8)).containsPattern("1048576 .* file\r\n");
            checkFile(ftp);
            checkFile(ftp);
            Request bind = new Request(Command.BIND, Endpoint.of(SERVER, 0));
            assertThat(tunnels).containsExactly(Request.connect(Endpoint.of(SERVER, origin.port())), bind, bind, bind);
        }
    }

    @Test
    void fetchesByIpv6() throws Exception {
        assumeTrue(hasIpv6(), "this machine has no IPv6 loopback");
        try (FtpOrigin origin = FtpOrigin.start("::1", "::1", folder);
                ActiveFtp ftp = logIn(Endpoint.of("::1", origin.port()))) {
            checkFile(ftp);
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void fetchesFromAServerGivenByName() throws Exception {
        try (Socks5Server resolving = builder()
                        .resolver(name -> List.of(InetAddress.getByName(SERVER)))
                        .start();
                FtpOrigin origin = FtpOrigin.start(SERVER, SERVER, folder);
                ActiveFtp ftp = ActiveFtp.logIn(
                        client(resolving),
                        Endpoint.of("ftp.test", origin.port()),
                        FtpOrigin.USER,
                        FtpOrigin.PASSWORD)) {
            checkFile(ftp);
        }
    }

    @Test
    void fetchesThroughAProxyThatAsksForALogin() throws Exception {
        try (Socks5Server asking = builder()
                        .authenticator(PasswordAuthenticator.of(Map.of("bob", "s3cret")))
                        .start();
                FtpOrigin origin = FtpOrigin.start(SERVER, SERVER, folder);
                ActiveFtp ftp = ActiveFtp.logIn(
                        Socks5Client.builder()
                                .proxy(asking.localAddresses().get(0))
                                .credentials("bob", "s3cret")
                                .build(),
                        Endpoint.of(SERVER, origin.port()),
                        FtpOrigin.USER,
                        FtpOrigin.PASSWORD)) {
            checkFile(ftp);
        }
    }

    @Test
    void tellsWhatTheFtpServerSaid() throws Exception {
        try (FtpOrigin origin = FtpOrigin.start(SERVER, SERVER, folder);
                ActiveFtp ftp = logIn(Endpoint.of(SERVER, origin.port()))) {
            assertThatThrownBy(() -> ftp.retrieve("missing", new ByteArrayOutputStream()))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("550");
            checkFile(ftp);
        }
    }

    @Test
    void aPathIsNoCommand() throws Exception {
        try (FtpOrigin origin = FtpOrigin.start(SERVER, SERVER, folder);
                ActiveFtp ftp = logIn(Endpoint.of(SERVER, origin.port()))) {
            assertThatThrownBy(() -> ftp.retrieve("file\r\nDELE file", new ByteArrayOutputStream()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aProxyThatLetsSomebodyElseInIsNotTrusted() {
        Endpoint server = Endpoint.of(SERVER, 21);
        assertThatThrownBy(() -> ActiveFtp.checkPeer(server, Endpoint.of("127.0.0.3", 20)))
                .isInstanceOf(ProtocolException.class);
        assertThatNoException().isThrownBy(() -> ActiveFtp.checkPeer(server, Endpoint.of(SERVER, 20)));
    }

    /** The proxy hangs up on a server that connects from elsewhere; nobody else comes. */
    @Test
    void dataFromElsewhereDoNotArrive() throws Exception {
        try (Socks5Server impatient =
                        builder().bindTimeout(Duration.ofSeconds(1)).start();
                FtpOrigin origin = FtpOrigin.start(SERVER, "127.0.0.3", folder);
                ActiveFtp ftp = ActiveFtp.logIn(
                        client(impatient), Endpoint.of(SERVER, origin.port()), FtpOrigin.USER, FtpOrigin.PASSWORD)) {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            assertThatThrownBy(() -> ftp.retrieve("file", received))
                    .isInstanceOfSatisfying(
                            RequestRejectedException.class,
                            e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.HOST_UNREACHABLE));
            assertThat(received.size()).isZero();
        }
    }
}
