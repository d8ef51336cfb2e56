package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.NoAcceptableMethodException;
import dev.socks5.server.AccessRules;
import dev.socks5.server.RequestPattern;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The server as the options of TLS make it, with clients that speak TLS. */
@Timeout(60)
class TlsServerTest {

    private static final long SECOND = 1_000_000_000;

    private final Authority authority = new Authority();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> users = new LinkedBlockingQueue<>();
    private final AtomicLong clock = new AtomicLong();
    private ServerSocket origin;
    private Path pem;
    private Path ca;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        origin = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        pem = write(folder.resolve("own.pem"), authority.issue("first", "127.0.0.1"));
        ca = authority.writeTo(folder.resolve("ca.pem"));
    }

    @AfterEach
    void stop() throws IOException {
        origin.close();
    }

    private static Path write(Path file, HeldCertificate certificate) throws IOException {
        Authority.write(certificate, file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private Socks5ServerBuilder configured(String... options) {
        TlsOptions tls = new TlsOptions();
        new CommandLine(tls).registerConverter(Endpoint.class, Endpoint::parse).parseArgs(options);
        Socks5ServerBuilder builder = Socks5Server.builder();
        tls.configure(builder, log::add, clock::get);
        return builder.listener(new Socks5ServerListener() {
            @Override
            public void authenticated(SessionInfo session) {
                users.add(session.user().getName());
            }
        });
    }

    private Socks5ServerBuilder plain() {
        return configured("--listen-tls", "127.0.0.1:0", "--tls-certificate", pem.toString());
    }

    private Socks5ServerBuilder withClientCa() {
        return configured(
                "--listen-tls", "127.0.0.1:0", "--tls-certificate", pem.toString(), "--tls-client-ca", ca.toString());
    }

    private Socket connect(Socks5Server server, SSLContext context) throws IOException {
        return Socks5Client.builder()
                .proxy(server.localAddresses().get(0))
                .proxySocketFactory(context.getSocketFactory())
                .build()
                .connect("127.0.0.1", origin.getLocalPort());
    }

    private static void assertJoined(Socket client, Socket behind) throws IOException {
        client.getOutputStream().write(42);
        assertThat(behind.getInputStream().read()).isEqualTo(42);
        behind.getOutputStream().write(43);
        assertThat(client.getInputStream().read()).isEqualTo(43);
    }

    /** The name of the owner of the certificate that the server shows. */
    private String shown(Socks5Server server) throws Exception {
        InetSocketAddress address = server.localAddresses().get(0);
        try (SSLSocket socket = (SSLSocket)
                authority.context().getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    @Test
    void aCertificateIsRenewedWhileTunnelsAreOpen() throws Exception {
        try (Socks5Server server = plain().start();
                Socket client = connect(server, authority.context());
                Socket behind = origin.accept()) {
            assertJoined(client, behind);
            assertThat(shown(server)).isEqualTo("CN=first");
            write(pem, authority.issue("second", "127.0.0.1"));
            clock.addAndGet(SECOND);
            assertThat(shown(server)).isEqualTo("CN=second");
            assertJoined(client, behind);
            try (Socket other = connect(server, authority.context());
                    Socket behindOther = origin.accept()) {
                assertJoined(other, behindOther);
            }
            assertThat(log).singleElement().asString().contains("CN=second");
        }
    }

    @Test
    void whatIsNoGoodDoesNotStopTheServer() throws Exception {
        try (Socks5Server server = plain().start()) {
            Files.writeString(pem, "-----BEGIN CERTIFICATE-----\n");
            for (int i = 0; i < 3; i++) {
                clock.addAndGet(SECOND);
                assertThat(shown(server)).isEqualTo("CN=first");
            }
            assertThat(log).singleElement().asString().contains("no certificate in PEM in it");
        }
    }

    @Test
    void aClientsCertificateIsItsLogin() throws Exception {
        try (Socks5Server server = withClientCa()
                        .accessRule(AccessRules.builder()
                                .deny(RequestPattern.parse("user=mallory"))
                                .build())
                        .start();
                Socket client = connect(server, authority.context(authority.issue("alice")));
                Socket behind = origin.accept()) {
            assertJoined(client, behind);
            assertThat(users.poll(10, TimeUnit.SECONDS)).isEqualTo("alice");
            SSLContext mallory = authority.context(authority.issue("mallory"));
            assertThatThrownBy(() -> connect(server, mallory)).hasMessageContaining("not allowed");
            assertThatThrownBy(() -> connect(server, authority.context())).isInstanceOf(IOException.class);
            SSLContext expired = authority.context(authority.issueExpired("alice"));
            assertThatThrownBy(() -> connect(server, expired)).isInstanceOf(IOException.class);
        }
    }

    /** A session that is resumed brings a certificate that was checked at its begin. */
    @Test
    void aSessionThatIsResumedDoesNotOutliveItsAuthority() throws Exception {
        SSLContext alice = authority.context(authority.issue("alice"));
        try (Socks5Server server = withClientCa().start()) {
            for (int i = 0; i < 2; i++) {
                try (Socket client = connect(server, alice);
                        Socket behind = origin.accept()) {
                    assertJoined(client, behind);
                }
            }
            new Authority().writeTo(ca);
            clock.addAndGet(SECOND);
            assertThatThrownBy(() -> connect(server, alice)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aTunnelThatIsJudgedAgainDoesNotOutliveItsAuthority() throws Exception {
        try (Socks5Server server = withClientCa().start();
                Socket client = connect(server, authority.context(authority.issue("alice")));
                Socket behind = origin.accept()) {
            assertJoined(client, behind);
            clock.addAndGet(SECOND);
            assertThat(server.judgeAgain()).isZero();
            assertJoined(client, behind);
            new Authority().writeTo(ca);
            clock.addAndGet(SECOND);
            assertThat(server.judgeAgain()).isEqualTo(1);
            assertThatThrownBy(() -> assertJoined(client, behind)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whereCertificatesAreLoginsNobodyGoesWithout() throws Exception {
        try (Socks5Server server = withClientCa().listen("127.0.0.1", 0).start()) {
            Socks5Client client =
                    Socks5Client.builder().proxy(server.localAddresses().get(1)).build();
            assertThatThrownBy(() -> client.connect("127.0.0.1", origin.getLocalPort()))
                    .isInstanceOf(NoAcceptableMethodException.class);
        }
    }

    private static String announced(String... options) throws IOException {
        StringWriter out = new StringWriter();
        CommandLine commandLine = ServerCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.parseArgs(options);
        try (Socks5Server server = ((ServerCommand) commandLine.getCommand()).start()) {
            String text = out.toString();
            for (InetSocketAddress address : server.localAddresses()) {
                text = text.replace(
                        ":" + address.getPort(), ":" + server.localAddresses().indexOf(address));
            }
            return text;
        }
    }

    @Test
    void tellsWhereItListensWithTls() throws Exception {
        String[] options = {"--listen-tls", "127.0.0.1:0", "--tls-certificate", pem.toString()};
        assertThat(announced(options).lines())
                .containsExactly(
                        "Listening on 127.0.0.1:0, with TLS",
                        "Try:  openssl s_client -connect 127.0.0.1:0",
                        "Stop: Ctrl+C");
        assertThat(announced(
                                "--listen-tls",
                                "127.0.0.1:0",
                                "--tls-certificate",
                                pem.toString(),
                                "--listen",
                                "127.0.0.1:0",
                                "--tls-client-ca",
                                ca.toString(),
                                "--user",
                                "alice:secret")
                        .lines())
                .startsWith(
                        "Listening on 127.0.0.1:0, with TLS, client certificate required, login required",
                        "Listening on 127.0.0.1:1, login required",
                        "Try:  curl --socks5-hostname 127.0.0.1:1 --proxy-user alice:PASSWORD https://example.com/");
    }

    @Test
    void beyondLoopbackACertificateIsALogin() throws Exception {
        assertThat(announced(
                        "--listen-tls",
                        "0.0.0.0:0",
                        "--tls-certificate",
                        pem.toString(),
                        "--tls-client-ca",
                        ca.toString()))
                .startsWith("Listening on 0.0.0.0:0, with TLS, client certificate required\n");
        assertThatThrownBy(() -> announced("--listen-tls", "0.0.0.0:0", "--tls-certificate", pem.toString()))
                .hasMessageContaining("--tls-client-ca");
    }
}
