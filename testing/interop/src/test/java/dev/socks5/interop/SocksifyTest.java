package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs that know nothing of proxies, with Dante's client between them and their sockets. It leaves IPv6 sockets
 * alone, and does not get hold of {@code sendmmsg}, which newer DNS tools use: neither is a matter of the server.
 */
class SocksifyTest {

    private static final String FTP_SERVER = "127.0.0.2";
    private static final int LONGEST_OF_NETCAT = 16_384; // It sends what it reads at once.

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", OurServer.NAME})
    void datagrams(String host) throws Exception {
        try (OurServer server = OurServer.open();
                UdpEcho echo = UdpEcho.open()) {
            checkDatagrams(server, "none", host, echo);
        }
    }

    @Test
    void datagramsAfterALogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                UdpEcho echo = UdpEcho.open()) {
            checkDatagrams(server, "username", "127.0.0.1", echo);
        }
    }

    private void checkDatagrams(OurServer server, String method, String host, UdpEcho echo) throws Exception {
        List<String> python = Program.PYTHON.with("-c", PySocksTest.script("udp.py"), host, "" + echo.port());
        Run run = Run.of(socksify(server, method, python));

        // On standard error Dante's client tells that it had to make something up for getsockname.
        assertThat(run.output()).as(run.errors()).isEqualTo(UdpEcho.answersFrom("127.0.0.1"));
        assertThat(server.commands()).containsExactly(Command.UDP_ASSOCIATE);
        assertThat(server.awaitEnding().datagrams()).isEqualTo(UdpEcho.COUNTS);
    }

    @Test
    void netcat() throws Exception {
        String text = "some words\n".repeat(LONGEST_OF_NETCAT).substring(0, LONGEST_OF_NETCAT);
        try (OurServer server = OurServer.open();
                UdpEcho echo = UdpEcho.open()) {
            List<String> netcat = Program.NETCAT.with("-u", "-W", "1", "127.0.0.1", "" + echo.port());
            Run run = Run.of(socksify(server, "none", netcat), text);

            assertThat(run).isEqualTo(new Run(0, text, ""));
            assertThat(server.awaitEnding().bytesDown()).isEqualTo(text.length());
        }
    }

    /** The FTP server connects to ours, which the client has asked for it by BIND. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "username"})
    void ftpInActiveMode(String method) throws Exception {
        Path files = Files.createDirectory(folder.resolve("files"));
        Path received = folder.resolve("received");
        Files.write(files.resolve("file"), Origin.BODY);
        try (OurServer server = method.equals("none") ? OurServer.open() : OurServer.withLogin();
                FtpOrigin origin = FtpOrigin.start(FTP_SERVER, FTP_SERVER, files)) {
            String commands = """
                    open %s %d
                    user %s %s
                    binary
                    dir
                    get file %s
                    quit
                    """.formatted(FTP_SERVER, origin.port(), FtpOrigin.USER, FtpOrigin.PASSWORD, received);
            Run run = Run.of(socksify(server, method, Program.TNFTP.with("-A", "-n")), commands);

            assertThat(run.status()).as(run.toString()).isZero();
            assertThat(run.output()).containsPattern(Origin.BODY.length + " .* file");
            assertThat(Origin.digest(Files.readAllBytes(received))).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(server.commands()).containsExactly(Command.CONNECT, Command.BIND, Command.BIND);
            assertThat(server.destinations())
                    .containsExactly(
                            Endpoint.of(FTP_SERVER, origin.port()),
                            Endpoint.of(FTP_SERVER, 0),
                            Endpoint.of(FTP_SERVER, 0));
        }
    }

    /** The same command behind Dante's client, which lets our server look names up. */
    private List<String> socksify(OurServer server, String method, List<String> command) throws IOException {
        Path configuration = folder.resolve("socks.conf");
        Files.writeString(configuration, """
                errorlog: stderr
                resolveprotocol: fake
                """ + route("0.0.0.0/0", server, method) + route(".", server, method));
        // Else it would go to the networks of this machine directly, loopback among them.
        Stream<String> socksify = Stream.of(
                "/usr/bin/env",
                "SOCKS_CONF=" + configuration,
                "SOCKS_AUTOADD_LANROUTES=no",
                "SOCKS_USERNAME=" + OurServer.USER,
                "SOCKS_PASSWORD=" + OurServer.PASSWORD,
                Program.SOCKSIFY.require());
        return Stream.concat(socksify, command.stream()).toList();
    }

    private static String route(String to, OurServer server, String method) {
        return """
                route {
                    from: 0.0.0.0/0 to: %s via: 127.0.0.1 port = %d
                    proxyprotocol: socks_v5
                    protocol: tcp udp
                    method: %s
                }
                """.formatted(to, server.port(), method);
    }
}
