package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.server.CloseReason;
import dev.socks5.server.User;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other people's TLS before our server: Python's ssl, openssl, and curl behind socat and stunnel. */
@Timeout(120)
class TlsClientsTest {

    private static final int MEBIBYTES = 64;

    private final Authority authority = new Authority();

    @TempDir
    Path folder;

    private SSLContext context;
    private String ca;

    @BeforeEach
    void prepare() throws Exception {
        context = authority.context(authority.issue("server", "localhost", "127.0.0.1"));
        ca = authority.writeTo(folder.resolve("ca.pem")).toString();
    }

    private OurServer server() throws IOException {
        return OurServer.byTls(settings -> settings.listenTls(new InetSocketAddress(Loopback.V4, 0), context));
    }

    private OurServer askingServer() throws IOException {
        SSLParameters parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        return OurServer.byTls(settings -> settings.listenTls(
                        new InetSocketAddress(Loopback.V4, 0), context, parameters)
                .certificateLogin((chain, client) -> Optional.of(
                        new User(chain.get(0).getSubjectX500Principal().getName()))));
    }

    private String python(OurServer server, String version, String certificate, String errand, int... arguments)
            throws Exception {
        List<String> command =
                new ArrayList<>(Program.PYTHON.with(script(), "" + server.port(), ca, version, certificate, errand));
        for (int argument : arguments) {
            command.add("" + argument);
        }
        Run run = Run.of(command);
        return run.output() + run.errors();
    }

    private static String script() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(TlsClientsTest.class.getResource("tls.py"))
                        .toURI())
                .toString();
    }

    /** With TLS 1.3, because that of 1.2 does not know of connections that have ended by half. */
    @Test
    void pythonSendsAndReceivesMuchAndEndsByHalf() throws Exception {
        try (OurServer server = server();
                Origin origin = Origin.echo()) {
            assertThat(python(server, "1.3", "-", "bulk", origin.port(), MEBIBYTES))
                    .isEqualTo("same\n");
            assertThat(server.awaitEnding().reason()).isEqualTo(CloseReason.FINISHED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void pythonBindsAndAssociates(String version) throws Exception {
        try (OurServer server = server();
                UdpEcho echo = UdpEcho.open()) {
            assertThat(python(server, version, "-", "bind", 0)).isEqualTo("ping\n");
            assertThat(python(server, version, "-", "associate", echo.port())).isEqualTo("hello\n");
            assertThat(server.commands()).containsExactly(Command.BIND, Command.UDP_ASSOCIATE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void pythonHasManyTunnelsAtOnce(String version) throws Exception {
        try (OurServer server = server();
                Origin origin = Origin.echo()) {
            assertThat(python(server, version, "-", "many", origin.port(), 200)).isEqualTo("200\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void pythonResumesItsSession(String version) throws Exception {
        try (OurServer server = server();
                Origin origin = Origin.echo()) {
            assertThat(python(server, version, "-", "resume", origin.port())).isEqualTo("False\nTrue\n");
        }
    }

    /** Python's sockets close without a close_notify, and so nobody can know that this was an end. */
    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void pythonIsCutOff(String version) throws Exception {
        try (OurServer server = server();
                Origin origin = Origin.echo()) {
            assertThat(python(server, version, "-", "truncate", origin.port())).isEqualTo("closed\n");
            assertThat(server.awaitEnding().reason()).isEqualTo(CloseReason.BROKEN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void pythonLogsInByCertificate(String version) throws Exception {
        String alice = Authority.write(authority.issue("alice"), folder.resolve("alice.pem"))
                .toString();
        String stranger = Authority.write(new Authority().issue("alice"), folder.resolve("stranger.pem"))
                .toString();
        try (OurServer server = askingServer();
                Origin origin = Origin.echo()) {
            assertThat(python(server, version, alice, "resume", origin.port())).isEqualTo("False\nTrue\n");
            assertThat(server.users()).containsExactly("CN=alice", "CN=alice");
            assertThat(python(server, version, stranger, "resume", origin.port()))
                    .doesNotContain("False");
            assertThat(python(server, version, "-", "resume", origin.port())).doesNotContain("False");
        }
    }

    private Process openssl(OurServer server, String... more) throws IOException {
        List<String> command = new ArrayList<>(Program.OPENSSL.with(
                "s_client", "-connect", server.hostAndPort(), "-CAfile", ca, "-verify_return_error", "-quiet"));
        command.addAll(List.of("-no_ign_eof"));
        command.addAll(List.of(more));
        return new ProcessBuilder(command).start();
    }

    private static void tunnel(Process process, int port) throws IOException {
        say(
                process,
                "\u0005\u0001\u0000\u0005\u0001\u0000\u0001\u007f\u0000\u0000\u0001" + (char) (port >> 8)
                        + (char) (port & 0xFF));
        assertThat(process.getInputStream().readNBytes(12)).startsWith(5, 0, 5, 0);
    }

    private static void say(Process process, String text) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    private static void hears(InputStream in, String text) throws IOException {
        StringBuilder heard = new StringBuilder();
        while (!heard.toString().endsWith(text)) {
            int next = in.read();
            assertThat(next).as("%s, and then an end", heard).isNotNegative();
            heard.append((char) next);
        }
    }

    /** K asks for new keys on both sides, and k for those of the client. */
    @ParameterizedTest
    @ValueSource(strings = {"K", "k"})
    void opensslGetsNewKeys(String command) throws Exception {
        try (OurServer server = server();
                Origin origin = Origin.echo()) {
            Process process = openssl(server, "-tls1_3");
            try {
                tunnel(process, origin.port());
                for (int i = 0; i < 3; i++) {
                    say(process, "hello " + i);
                    hears(process.getInputStream(), "hello " + i);
                    say(process, command + "\n");
                    hears(process.getErrorStream(), "KEYUPDATE");
                }
                say(process, "still here");
                hears(process.getInputStream(), "still here");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void opensslMayNotRenegotiate() throws Exception {
        try (OurServer server = server();
                Origin origin = Origin.echo()) {
            Process process = openssl(server, "-tls1_2");
            try {
                tunnel(process, origin.port());
                say(process, "hello");
                hears(process.getInputStream(), "hello");
                say(process, "R\n");
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(server.awaitEnding().reason()).isEqualTo(CloseReason.BROKEN);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private void fetchesThrough(Daemon.Command tunnel) throws Exception {
        Path body = folder.resolve("body");
        try (Origin origin = Origin.web();
                Daemon daemon = Daemon.start(tunnel)) {
            Run run = Run.of(Program.CURL.with(
                    "-sS",
                    "--socks5-hostname",
                    "127.0.0.1:" + daemon.address().getPort(),
                    "-o",
                    body.toString(),
                    origin.url("127.0.0.1")));
            assertThat(run).isEqualTo(new Run(0, "", ""));
            assertThat(Origin.digest(Files.readAllBytes(body))).isEqualTo(Origin.digest(Origin.BODY));
        }
    }

    @Test
    void curlBehindSocat() throws Exception {
        try (OurServer server = server()) {
            fetchesThrough(port -> Program.SOCAT.with(
                    "TCP-LISTEN:%d,bind=127.0.0.1,reuseaddr,fork".formatted(port),
                    "OPENSSL:%s,cafile=%s,commonname=localhost".formatted(server.hostAndPort(), ca)));
        }
    }

    @Test
    void curlBehindStunnel() throws Exception {
        try (OurServer server = server()) {
            fetchesThrough(port -> {
                Path settings = Files.writeString(
                        folder.resolve("stunnel.conf"), """
                        foreground = yes
                        pid =
                        [socks]
                        client = yes
                        accept = 127.0.0.1:%d
                        connect = %s
                        CAfile = %s
                        verifyChain = yes
                        checkHost = localhost
                        """.formatted(port, server.hostAndPort(), ca));
                return Program.STUNNEL.with(settings.toString());
            });
        }
    }
}
