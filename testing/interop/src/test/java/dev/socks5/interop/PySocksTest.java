package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PySocks through our server, in the Python that Debian's packages are for. */
class PySocksTest {

    private static final Program PYSOCKS = new Program("PySocks", "python3-socks");
    static final String PYTHON = "/usr/bin/python3";

    @BeforeAll
    static void requirePySocks() throws Exception {
        try {
            if (Run.of(List.of(PYTHON, "-c", "import socks")).status() == 0) {
                return;
            }
        } catch (IOException e) {
            // Not even that Python.
        }
        PYSOCKS.missing();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, local", "127.0.0.1, remote", "origin.test, remote", "::1, remote"})
    void talks(String host, String lookup) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.open();
                Origin origin = Origin.echo()) {
            assertThat(talk(server, lookup, host, origin.port())).isEqualTo(new Run(0, "same\n", ""));
            assertThat(server.destinations()).containsExactly(Endpoint.of(host, origin.port()));
        }
    }

    @Test
    void looksNamesUpItself() throws Exception {
        try (OurServer server = OurServer.open();
                Origin origin = Origin.echo()) {
            assertThat(talk(server, "local", "localhost", origin.port())).isEqualTo(new Run(0, "same\n", ""));
            assertThat(server.destinations())
                    .singleElement()
                    .extracting(Endpoint::address)
                    .isNotInstanceOf(DomainName.class);
        }
    }

    @Test
    void logsIn() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            Run run = talk(server, "remote", OurServer.NAME, origin.port(), OurServer.USER, OurServer.PASSWORD);

            assertThat(run).isEqualTo(new Run(0, "same\n", ""));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, local, 127.0.0.1",
        "127.0.0.1, remote, 127.0.0.1",
        "origin.test, remote, 127.0.0.1",
        "::1, remote, ::1"
    })
    void sendsDatagrams(String host, String lookup, String source) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.open();
                UdpEcho echo = UdpEcho.open()) {
            checkDatagrams(server, lookup, host, source, echo);
        }
    }

    @Test
    void sendsDatagramsAfterALogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                UdpEcho echo = UdpEcho.open()) {
            checkDatagrams(server, "remote", OurServer.NAME, "127.0.0.1", echo, OurServer.USER, OurServer.PASSWORD);
        }
    }

    private static void checkDatagrams(
            OurServer server, String lookup, String host, String source, UdpEcho echo, String... login)
            throws Exception {
        List<String> command =
                List.of(PYTHON, "-c", script("udp.py"), host, "" + echo.port(), "" + server.port(), lookup);
        Run run = Run.of(Stream.concat(command.stream(), Stream.of(login)).toList());

        assertThat(run).isEqualTo(new Run(0, UdpEcho.answersFrom(source), ""));
        assertThat(server.commands()).containsExactly(Command.UDP_ASSOCIATE);
        assertThat(server.awaitEnding().datagrams()).isEqualTo(UdpEcho.COUNTS);
    }

    @Test
    void saysThatALoginIsWrong() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            Run run = talk(server, "remote", OurServer.NAME, origin.port(), OurServer.USER, "wrong");

            assertThat(run).isEqualTo(new Run(0, "SOCKS5AuthError: SOCKS5 authentication failed\n", ""));
        }
    }

    @Test
    void saysThatALoginIsMissing() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            assertThat(talk(server, "remote", OurServer.NAME, origin.port()).output())
                    .startsWith("SOCKS5AuthError: All offered SOCKS5 authentication methods were rejected");
        }
    }

    @Test
    void saysThatThePortRefuses() throws Exception {
        try (OurServer server = OurServer.open();
                Socket refusing = Loopback.refusing()) {
            assertThat(talk(server, "remote", "127.0.0.1", refusing.getLocalPort())
                            .output())
                    .startsWith("SOCKS5Error: 0x05");
        }
    }

    /** What the script prints: "same" if the echo was right, or how PySocks failed. */
    private static Run talk(OurServer server, String lookup, String host, int port, String... login) throws Exception {
        List<String> command = List.of(
                PYTHON, "-c", script("pysocks.py"), "" + server.port(), lookup, host, "" + port, Origin.FAREWELL);
        return Run.of(Stream.concat(command.stream(), Stream.of(login)).toList());
    }

    static String script(String name) throws IOException {
        try (InputStream in = PySocksTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
