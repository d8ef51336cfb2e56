package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRules;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** curl through our server. */
class CurlTest {

    /** CURLE_PROXY, "proxy handshake error". */
    private static final int PROXY_ERROR = 97;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "--socks5,          127.0.0.1,   127.0.0.1",
        "--socks5,          ::1,         ::1",
        "--socks5-hostname, 127.0.0.1,   127.0.0.1",
        "--socks5-hostname, origin.test, origin.test",
        "--socks5-hostname, ::1,         ::1",
    })
    void fetches(String route, String host, String sent) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.open();
                Origin origin = Origin.web()) {
            Run run = curl(route, server.hostAndPort(), origin.url(host));

            assertThat(run).isEqualTo(new Run(0, "", ""));
            assertThat(digestOfBody()).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(server.destinations()).containsExactly(Endpoint.of(sent, origin.port()));
        }
    }

    @Test
    void looksNamesUpItself() throws Exception {
        try (OurServer server = OurServer.open();
                Origin origin = Origin.web()) {
            Run run = curl("--socks5", server.hostAndPort(), origin.url("localhost"));

            assertThat(run).isEqualTo(new Run(0, "", ""));
            assertThat(server.destinations())
                    .singleElement()
                    .extracting(Endpoint::address)
                    .isNotInstanceOf(DomainName.class);
        }
    }

    @Test
    void logsIn() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.web()) {
            String login = OurServer.USER + ":" + OurServer.PASSWORD;
            Run run =
                    curl("--socks5-hostname", server.hostAndPort(), "--proxy-user", login, origin.url(OurServer.NAME));

            assertThat(run).isEqualTo(new Run(0, "", ""));
            assertThat(digestOfBody()).isEqualTo(Origin.digest(Origin.BODY));
        }
    }

    @Test
    void offersALoginThatIsNotAskedFor() throws Exception {
        try (OurServer server = OurServer.open();
                Origin origin = Origin.web()) {
            Run run = curl("--socks5", server.hostAndPort(), "--proxy-user", "any:body", origin.url("127.0.0.1"));

            assertThat(run.status()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"alice:wrong", "nobody:s3cret", "alice:", "alice:s3cret2"})
    void saysThatALoginIsWrong(String login) throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.web()) {
            Run run = curl("--socks5", server.hostAndPort(), "--proxy-user", login, origin.url("127.0.0.1"));

            assertThat(run.status()).isEqualTo(PROXY_ERROR);
            assertThat(run.errors()).contains("User was rejected by the SOCKS5 server");
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void saysThatALoginIsMissing() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.web()) {
            Run run = curl("--socks5", server.hostAndPort(), origin.url("127.0.0.1"));

            assertThat(run.status()).isEqualTo(PROXY_ERROR);
            assertThat(run.errors()).contains("No authentication method was acceptable");
        }
    }

    @Test
    void saysThatThePortRefuses() throws Exception {
        try (OurServer server = OurServer.open();
                Socket refusing = Loopback.refusing()) {
            Run run = curl("--socks5", server.hostAndPort(), "http://127.0.0.1:" + refusing.getLocalPort() + "/");

            assertRejected(run, 5);
        }
    }

    @Test
    void saysThatTheRulesForbidIt() throws Exception {
        AccessRules rules = AccessRules.builder().deny("127.0.0.0/8").build();
        try (OurServer server = OurServer.with(settings -> settings.accessRule(rules));
                Origin origin = Origin.web()) {
            assertRejected(curl("--socks5", server.hostAndPort(), origin.url("127.0.0.1")), 2);
            assertRejected(curl("--socks5-hostname", server.hostAndPort(), origin.url(OurServer.NAME)), 2);
        }
    }

    @Test
    void saysThatTheNameIsUnknown() throws Exception {
        try (OurServer server = OurServer.with(settings -> settings.resolver(name -> List.of()))) {
            assertRejected(curl("--socks5-hostname", server.hostAndPort(), "http://no-such-host.invalid/"), 4);
        }
    }

    /** curl prints the reply's number. */
    private static void assertRejected(Run run, int code) {
        assertThat(run.status()).isEqualTo(PROXY_ERROR);
        assertThat(run.errors()).contains("Can't complete SOCKS5 connection").contains("(" + code + ")");
    }

    private Run curl(String... arguments) throws Exception {
        // -q: nobody's own settings.
        List<String> command = new ArrayList<>(Program.CURL.with("-q", "-sS", "--noproxy", "", "-m", "20"));
        command.addAll(List.of("-o", folder.resolve("body").toString()));
        command.addAll(List.of(arguments));
        return Run.of(command);
    }

    private String digestOfBody() throws Exception {
        return Origin.digest(Files.readAllBytes(folder.resolve("body")));
    }
}
