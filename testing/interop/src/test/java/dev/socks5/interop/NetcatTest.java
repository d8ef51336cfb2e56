package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The netcats of Nmap and of OpenBSD through our server: they send their input, end their direction, and wait. */
class NetcatTest {

    private static final String INPUT = "some words\n".repeat(1_000);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", OurServer.NAME, "::1"})
    void nmaps(String host) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.open();
                Origin origin = Origin.echo()) {
            Run run = ncat(server, host, origin.port());

            assertThat(run).isEqualTo(new Run(0, INPUT + Origin.FAREWELL, ""));
            assertThat(server.destinations()).containsExactly(Endpoint.of(host, origin.port()));
        }
    }

    @Test
    void nmapsLogsIn() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            String login = OurServer.USER + ":" + OurServer.PASSWORD;
            Run run = ncat(server, OurServer.NAME, origin.port(), "--proxy-auth", login);

            assertThat(run).isEqualTo(new Run(0, INPUT + Origin.FAREWELL, ""));
        }
    }

    @Test
    void nmapsFailsWithAWrongLogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            Run run = ncat(server, "127.0.0.1", origin.port(), "--proxy-auth", OurServer.USER + ":wrong");

            assertThat(run.status()).isNotZero();
            assertThat(run.output()).isEmpty();
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void nmapsFailsIfThePortRefuses() throws Exception {
        try (OurServer server = OurServer.open();
                Socket refusing = Loopback.refusing()) {
            Run run = ncat(server, "127.0.0.1", refusing.getLocalPort());

            assertThat(run.status()).isNotZero();
            assertThat(run.errors()).containsIgnoringCase("refused");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", OurServer.NAME, "::1"})
    void openBsds(String host) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.open();
                Origin origin = Origin.echo()) {
            Run run = netcat(server, host, origin.port());

            assertThat(run).isEqualTo(new Run(0, INPUT + Origin.FAREWELL, ""));
            assertThat(server.destinations()).containsExactly(Endpoint.of(host, origin.port()));
        }
    }

    @Test
    void openBsdsFailsIfThePortRefuses() throws Exception {
        try (OurServer server = OurServer.open();
                Socket refusing = Loopback.refusing()) {
            Run run = netcat(server, "127.0.0.1", refusing.getLocalPort());

            assertThat(run.status()).isNotZero();
            assertThat(run.errors()).containsIgnoringCase("refused");
        }
    }

    /** It cannot log in to a SOCKS5 server. */
    @Test
    void openBsdsFailsWhereALoginIsRequired() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            Run run = netcat(server, "127.0.0.1", origin.port());

            assertThat(run.status()).isNotZero();
            assertThat(run.output()).isEmpty();
        }
    }

    private static Run ncat(OurServer server, String host, int port, String... more) throws Exception {
        List<String> command = Program.NCAT.with(
                "--proxy", server.hostAndPort(), "--proxy-type", "socks5", "--proxy-dns", "remote", "-w", "20");
        return Run.of(
                Stream.of(command, List.of(more), List.of(host, "" + port))
                        .flatMap(List::stream)
                        .toList(),
                INPUT);
    }

    private static Run netcat(OurServer server, String host, int port) throws Exception {
        return Run.of(
                Program.NETCAT.with("-N", "-w", "20", "-X", "5", "-x", server.hostAndPort(), host, "" + port), INPUT);
    }
}
