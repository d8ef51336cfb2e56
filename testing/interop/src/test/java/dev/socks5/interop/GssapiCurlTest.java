package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.gssapi.GssapiAcceptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** curl through our server, with tickets of MIT Kerberos. It asks for no protection, and knows none. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class GssapiCurlTest {

    /** CURLE_PROXY, "proxy handshake error". */
    private static final int PROXY_ERROR = 97;

    private static final String NEC = "--socks5-gssapi-nec";

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

    private static OurServer server(UnaryOperator<GssapiAcceptor.Builder> settings) throws Exception {
        GssapiAcceptor acceptor = settings.apply(GssapiAcceptor.builder().keytab(kdc.serviceKeytab()))
                .build();
        return OurServer.with(server -> server.gssapi(acceptor));
    }

    @ParameterizedTest
    @CsvSource({
        "--socks5,          127.0.0.1,   127.0.0.1",
        "--socks5,          ::1,         ::1",
        "--socks5-hostname, origin.test, origin.test",
    })
    void fetches(String route, String host, String sent) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = server(settings -> settings);
                Origin origin = Origin.web()) {
            Run run = Run.of(kdc.command(curl(route, server, origin.url(host))));

            assertFetched(run);
            assertThat(server.destinations()).containsExactly(Endpoint.of(sent, origin.port()));
            assertThat(server.users()).containsExactly(MitKdc.USER);
        }
    }

    @Test
    void fetchesWithTheLevelInClear() throws Exception {
        try (OurServer server = server(GssapiAcceptor.Builder::acceptLevelInClear);
                Origin origin = Origin.web()) {
            assertFetched(Run.of(kdc.command(curl(server, origin, NEC))));
            // The same server knows the other way as well.
            assertFetched(Run.of(kdc.command(curl(server, origin))));
            assertThat(server.users()).containsExactly(MitKdc.USER, MitKdc.USER);
        }
    }

    /** curl's default is rcmd. */
    @ParameterizedTest
    @ValueSource(strings = {"socks", "socks/localhost"})
    void fetchesFromTheServiceThatItNames(String service) throws Exception {
        try (OurServer server = server(settings -> settings);
                Origin origin = Origin.web()) {
            assertFetched(Run.of(kdc.command(curl(server, origin, "--socks5-gssapi-service", service))));
        }
    }

    @Test
    void isAbortedIfTheLevelIsInClearAndMayNotBe() throws Exception {
        try (OurServer server = server(settings -> settings);
                Origin origin = Origin.web()) {
            assertAborted(Run.of(kdc.command(curl(server, origin, NEC))), server);
        }
    }

    @Test
    void isAbortedIfItsTicketIsForAnotherService() throws Exception {
        GssapiAcceptor acceptor =
                GssapiAcceptor.builder().keytab(kdc.strangersKeytab()).build();
        try (OurServer server = OurServer.with(settings -> settings.gssapi(acceptor));
                Origin origin = Origin.web()) {
            assertAborted(Run.of(kdc.command(curl(server, origin))), server);
        }
    }

    /** The server answers with what it requires, and curl, which does not check that, sends its request as it is. */
    @Test
    void getsNothingWithoutProtectionIfThatIsRequired() throws Exception {
        try (OurServer server = server(settings -> settings.requireLevel(ProtectionLevel.INTEGRITY));
                Origin origin = Origin.web()) {
            Run run = Run.of(kdc.command(curl(server, origin)));

            assertThat(run.status()).isEqualTo(PROXY_ERROR);
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void getsNothingWithoutATicket() throws Exception {
        try (OurServer server = server(settings -> settings);
                Origin origin = Origin.web()) {
            Run run = Run.of(kdc.commandOfNobody(curl(server, origin)));

            assertThat(run.status()).isEqualTo(PROXY_ERROR);
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void getsNothingIfItOffersNoGssapi() throws Exception {
        try (OurServer server = server(settings -> settings);
                Origin origin = Origin.web()) {
            List<String> command = new ArrayList<>(
                    Program.CURL_GSSAPI.with("-q", "-sS", "--noproxy", "", "-m", "20", "--socks5-basic"));
            command.addAll(List.of("--socks5", "localhost:" + server.port(), origin.url("127.0.0.1")));
            Run run = Run.of(kdc.command(command));

            assertThat(run.status()).isEqualTo(PROXY_ERROR);
            assertThat(run.errors()).contains("No authentication method was acceptable");
        }
    }

    /** curl reads more octets than an abort has, and takes it for the end. */
    private static void assertAborted(Run run, OurServer server) {
        assertThat(run.status()).isEqualTo(PROXY_ERROR);
        assertThat(run.errors()).contains("Failed to receive GSS-API");
        assertThat(server.destinations()).isEmpty();
    }

    private void assertFetched(Run run) throws Exception {
        assertThat(run).isEqualTo(new Run(0, "", ""));
        assertThat(Origin.digest(Files.readAllBytes(folder.resolve("body")))).isEqualTo(Origin.digest(Origin.BODY));
    }

    private List<String> curl(OurServer server, Origin origin, String... options) {
        return curl("--socks5", server, origin.url("127.0.0.1"), options);
    }

    /** The proxy by the name that its service has. */
    private List<String> curl(String route, OurServer server, String url, String... options) {
        // -q: nobody's own settings.
        List<String> command =
                new ArrayList<>(Program.CURL_GSSAPI.with("-q", "-sS", "--noproxy", "", "-m", "20", "--socks5-gssapi"));
        command.addAll(List.of("-o", folder.resolve("body").toString()));
        command.addAll(List.of(route, "localhost:" + server.port(), url));
        command.addAll(List.of(options));
        return command;
    }
}
