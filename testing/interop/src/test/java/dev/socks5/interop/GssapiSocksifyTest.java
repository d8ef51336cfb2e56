package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.gssapi.GssapiAcceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dante's client through our server, with tickets of MIT Kerberos, at every level that it knows. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GssapiSocksifyTest {

    private static final String FTP_SERVER = "127.0.0.2";
    private static final String WRAPPED = "";
    private static final String IN_CLEAR = "clientcompatibility: necgssapi";

    private static MitKdc kdc;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        kdc = MitKdc.start();
    }

    @AfterAll
    static void stop() throws Exception {
        MitKdc.stop(kdc);
    }

    private static OurServer server(ProtectionLevel least) throws Exception {
        GssapiAcceptor acceptor = GssapiAcceptor.builder()
                .keytab(kdc.serviceKeytab())
                .requireLevel(least)
                .acceptLevelInClear()
                .build();
        return OurServer.with(settings -> settings.gssapi(acceptor));
    }

    @ParameterizedTest
    @CsvSource({
        "clear,           0, ''",
        "integrity,       1, ''",
        "confidentiality, 2, ''",
        "clear,           0, " + IN_CLEAR,
        "integrity,       1, " + IN_CLEAR,
        "confidentiality, 2, " + IN_CLEAR,
    })
    void fetchesMegabytes(String level, int least, String compatibility) throws Exception {
        Path body = folder.resolve("body");
        try (OurServer server = server(new ProtectionLevel(least));
                Origin origin = Origin.web()) {
            List<String> curl =
                    Program.CURL.with("-q", "-sS", "-m", "20", "-o", body.toString(), origin.url("127.0.0.1"));
            Run run = Run.of(socksify(server, level, compatibility, curl));

            assertThat(run).isEqualTo(new Run(0, "", ""));
            assertThat(Origin.digest(Files.readAllBytes(body))).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(server.users()).containsExactly(MitKdc.USER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear", "integrity", "confidentiality"})
    void megabytesBothWays(String level) throws Exception {
        String text = "some words\n".repeat(300_000);
        try (OurServer server = server(ProtectionLevel.NONE);
                Origin origin = Origin.echo()) {
            List<String> netcat = Program.NETCAT.with("-N", "127.0.0.1", "" + origin.port());
            Run run = Run.of(socksify(server, level, WRAPPED, netcat), text);

            assertThat(run.status()).as(run.errors()).isZero();
            assertThat(run.output()).hasSize(text.length() + Origin.FAREWELL.length());
            assertThat(run.output()).isEqualTo(text + Origin.FAREWELL);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "clear,           127.0.0.1",
        "integrity,       127.0.0.1",
        "confidentiality, 127.0.0.1",
        "confidentiality, " + OurServer.NAME,
    })
    void datagrams(String level, String host) throws Exception {
        try (OurServer server = server(ProtectionLevel.NONE);
                UdpEcho echo = UdpEcho.open()) {
            List<String> python = Program.PYTHON.with("-c", PySocksTest.script("udp.py"), host, "" + echo.port());
            Run run = Run.of(socksify(server, level, WRAPPED, python));

            // On standard error Dante's client tells that it had to make something up for getsockname.
            assertThat(run.output()).as(run.errors()).isEqualTo(UdpEcho.answersFrom("127.0.0.1"));
            assertThat(server.commands()).containsExactly(Command.UDP_ASSOCIATE);
            assertThat(server.users()).containsExactly(MitKdc.USER);
            assertThat(server.awaitEnding().datagrams()).isEqualTo(UdpEcho.COUNTS);
        }
    }

    /**
     * The FTP server connects to ours, which the client has asked for it by BIND. Not with protection: there Dante's
     * client loses octets of what this program writes, with Dante's own server as well.
     */
    @Test
    void ftpInActiveMode() throws Exception {
        Path files = Files.createDirectory(folder.resolve("files"));
        Path received = folder.resolve("received");
        Files.write(files.resolve("file"), Origin.BODY);
        try (OurServer server = server(ProtectionLevel.NONE);
                FtpOrigin origin = FtpOrigin.start(FTP_SERVER, FTP_SERVER, files)) {
            String commands = """
                    open %s %d
                    user %s %s
                    binary
                    get file %s
                    quit
                    """.formatted(FTP_SERVER, origin.port(), FtpOrigin.USER, FtpOrigin.PASSWORD, received);
            Run run = Run.of(socksify(server, "clear", WRAPPED, Program.TNFTP.with("-A", "-n")), commands);

            assertThat(run.status()).as(run.toString()).isZero();
            assertThat(Origin.digest(Files.readAllBytes(received))).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(server.commands()).containsExactly(Command.CONNECT, Command.BIND);
        }
    }

    /** It asks for none, and is told more. */
    @Test
    void getsNothingWithLessThanIsRequired() throws Exception {
        try (OurServer server = server(ProtectionLevel.INTEGRITY);
                Origin origin = Origin.web()) {
            List<String> curl = Program.CURL.with("-q", "-sS", "-m", "5", origin.url("127.0.0.1"));
            Run run = Run.of(socksify(server, "clear", WRAPPED, curl));

            assertThat(run.status()).isNotZero();
            assertThat(run.output()).isEmpty();
            assertThat(server.destinations()).isEmpty();
        }
    }

    /** The same command behind Dante's client, which lets our server look names up. */
    private List<String> socksify(OurServer server, String level, String compatibility, List<String> command)
            throws IOException {
        Path configuration = folder.resolve("socks.conf");
        Files.writeString(
                configuration,
                """
                errorlog: stderr
                resolveprotocol: fake
                """ + route("0.0.0.0/0", server, level, compatibility) + route(".", server, level, compatibility));
        // Else it would go to the networks of this machine directly, loopback among them.
        List<String> socksify = new ArrayList<>(List.of(
                "/usr/bin/env",
                "SOCKS_CONF=" + configuration,
                "SOCKS_AUTOADD_LANROUTES=no",
                Program.SOCKSIFY_GSSAPI.require()));
        socksify.addAll(command);
        return kdc.command(socksify);
    }

    private static String route(String to, OurServer server, String level, String compatibility) {
        return """
                route {
                    from: 0.0.0.0/0 to: %s via: localhost port = %d
                    proxyprotocol: socks_v5
                    protocol: tcp udp
                    method: gssapi
                    gssapi.servicename: socks
                    gssapi.enctype: %s
                    %s
                }
                """.formatted(to, server.port(), level, compatibility);
    }
}
