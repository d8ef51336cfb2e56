package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The npm package socks through our server: CONNECT, UDP ASSOCIATE and BIND. */
class NpmSocksTest {

    private static final String LOGIN = OurServer.USER + ":" + OurServer.PASSWORD;
    private static final String NO_LOGIN = "-";

    @BeforeAll
    static void requirePackage() throws Exception {
        if (Run.of(Program.NODE.with(script())).status() != 0) {
            Program.missing("the npm package socks is not installed ('npm ci' in testing/interop does it)");
        }
    }

    @Test
    void connects() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.echo()) {
            Run run = run(server, LOGIN, "connect", OurServer.NAME, "" + origin.port(), Origin.FAREWELL);

            assertThat(run).isEqualTo(new Run(0, "same\n", ""));
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, origin.port()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "origin.test, 127.0.0.1",
        "::1, 0000:0000:0000:0000:0000:0000:0000:0001",
    })
    void sendsDatagrams(String host, String source) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.open();
                UdpEcho echo = UdpEcho.open()) {
            checkDatagrams(server, NO_LOGIN, host, source, echo);
        }
    }

    @Test
    void sendsDatagramsAfterALogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                UdpEcho echo = UdpEcho.open()) {
            checkDatagrams(server, LOGIN, "127.0.0.1", "127.0.0.1", echo);
        }
    }

    private static void checkDatagrams(OurServer server, String login, String host, String source, UdpEcho echo)
            throws Exception {
        Run run = run(server, login, "udp", host, "" + echo.port());

        assertThat(run).isEqualTo(new Run(0, UdpEcho.answersFrom(source), ""));
        assertThat(server.commands()).containsExactly(Command.UDP_ASSOCIATE);
        assertThat(server.awaitEnding().datagrams()).isEqualTo(UdpEcho.COUNTS);
    }

    @Test
    void listensForTheExpectedPeer() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            Run run = run(server, LOGIN, "bind", "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.1");

            assertThat(run).isEqualTo(new Run(0, """
                            127.0.0.2: hung up on
                            127.0.0.3: hung up on
                            127.0.0.1: let in
                            up: same
                            down: same
                            """, ""));
            assertThat(server.commands()).containsExactly(Command.BIND);
        }
    }

    @Test
    void isToldThatNobodyConnected() throws Exception {
        try (OurServer server = OurServer.with(settings -> settings.bindTimeout(Duration.ofMillis(100)))) {
            assertThat(run(server, NO_LOGIN, "bind", "127.0.0.1"))
                    .isEqualTo(new Run(0, "Socks5 Proxy rejected incoming bound connection - HostUnreachable\n", ""));
        }
    }

    @Test
    void isRefusedToListenForAnybody() throws Exception {
        try (OurServer server = OurServer.open()) {
            assertThat(run(server, NO_LOGIN, "bind", "0.0.0.0", "127.0.0.1"))
                    .isEqualTo(new Run(0, "Socks5 proxy rejected connection - NotAllowed\n", ""));
        }
    }

    @Test
    void listensForAnybodyWhomTheRulesAllow() throws Exception {
        AccessRules rules =
                AccessRules.builder().allow("0.0.0.0").allow("127.0.0.2/31").build();
        try (OurServer server = OurServer.with(settings -> settings.accessRule(rules))) {
            assertThat(run(server, NO_LOGIN, "bind", "0.0.0.0", "127.0.0.1", "127.0.0.2"))
                    .isEqualTo(new Run(0, """
                            127.0.0.1: hung up on
                            127.0.0.2: let in
                            up: same
                            down: same
                            """, ""));
        }
    }

    private static Run run(OurServer server, String login, String... action) throws Exception {
        List<String> command = Program.NODE.with(script(), "" + server.port(), login);
        return Run.of(Stream.concat(command.stream(), Stream.of(action)).toList());
    }

    /** As a file, for node looks for packages in the folders above it. */
    private static String script() throws Exception {
        return Path.of(NpmSocksTest.class.getResource("npm-socks.js").toURI()).toString();
    }
}
