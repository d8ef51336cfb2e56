package dev.socks5.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.LocalForward;
import dev.socks5.junit.Socks5ProxyExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Arguments, good and bad, with a server that alone knows the destination; as a process it is tested by ForwardIT. */
@Timeout(60)
class ForwardCommandTest {

    @RegisterExtension
    static final Socks5ProxyExtension proxy =
            Socks5ProxyExtension.create(settings -> settings.login("alice", "secret"));

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private ServerSocket origin;

    @BeforeEach
    void start() throws IOException {
        origin = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        proxy.resolve("db.internal", origin.getInetAddress());
    }

    @AfterEach
    void stop() throws IOException {
        origin.close();
    }

    private static String uri() {
        return proxy.uri().toString();
    }

    private String destination() {
        return "db.internal:" + origin.getLocalPort();
    }

    private List<LocalForward> open(Map<String, String> environment, String... args) throws IOException {
        CommandLine commandLine = new CommandLine(new ForwardCommand(environment));
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.parseArgs(args);
        return commandLine.<ForwardCommand>getCommand().open();
    }

    private static Socket connect(LocalForward forward) throws IOException {
        return new Socket(
                forward.localAddress().getAddress(), forward.localAddress().getPort());
    }

    private void assertForwards(LocalForward forward) throws IOException {
        assertThat(forward.localAddress().getAddress().isLoopbackAddress()).isTrue();
        try (Socket local = connect(forward);
                Socket behind = origin.accept()) {
            local.getOutputStream().write('.');
            assertThat(behind.getInputStream().read()).isEqualTo('.');
        }
        proxy.requireProxied("db.internal", origin.getLocalPort());
    }

    @Test
    void forwardsThroughTheProxyThatIsGiven() throws IOException {
        String wrong = "socks5h://alice:wrong@127.0.0.1:1";
        List<LocalForward> open =
                open(Map.of("all_proxy", wrong), "--proxy", uri(), "0=" + destination(), "[::1]:0=" + destination());
        try {
            assertThat(open).hasSize(2);
            assertForwards(open.get(0));
            assertForwards(open.get(1));
            int port = open.get(0).localAddress().getPort();
            assertThat(out.toString().lines())
                    .hasSize(3)
                    .startsWith("Forwarding 127.0.0.1:" + port + " to " + destination())
                    .endsWith("Stop: Ctrl+C");
            assertThat(out.toString()).doesNotContain("secret");
        } finally {
            open.forEach(LocalForward::close);
        }
    }

    /** Where a password is not for everybody to see. */
    @ParameterizedTest
    @CsvSource({"all_proxy", "ALL_PROXY"})
    void theProxyMayComeFromTheEnvironment(String variable) throws IOException {
        // NO_PROXY does not count: a forward never goes direct.
        List<LocalForward> open = open(Map.of(variable, uri(), "no_proxy", "*"), "localhost:0=" + destination());
        try {
            assertForwards(open.get(0));
        } finally {
            open.forEach(LocalForward::close);
        }
    }

    @Test
    void anEmptyOptionLeavesItToTheEnvironment() throws IOException {
        List<LocalForward> open = open(Map.of("all_proxy", uri()), "--proxy", "", "0=" + destination());
        try {
            assertForwards(open.get(0));
        } finally {
            open.forEach(LocalForward::close);
        }
    }

    /** The program that has connected cannot know. */
    @Test
    void whyAConnectFailsIsSaidWithoutThePassword() throws IOException {
        String wrong = uri().replace("secret", "wr0ng");
        List<LocalForward> open = open(Map.of(), "--proxy", wrong, "0=" + destination());
        try (Socket local = connect(open.get(0))) {
            assertThatThrownBy(() -> local.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(err.toString().lines()).hasSize(1);
            assertThat(err.toString())
                    .startsWith("forward: " + destination() + ": ")
                    .contains("did not accept the user name and password")
                    .doesNotContain("wr0ng");
        } finally {
            open.forEach(LocalForward::close);
        }
    }

    @Test
    void aProxyThatIsGoneIsSaidWithTheReasonOnce() throws Exception {
        int nobody;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            nobody = gone.getLocalPort();
        }
        List<LocalForward> open = open(Map.of(), "--proxy", "socks5h://127.0.0.1:" + nobody, "0=" + destination());
        try (Socket local = connect(open.get(0))) {
            assertThatThrownBy(() -> local.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(err.toString())
                    .isEqualToNormalizingNewlines("forward: " + destination() + ": cannot reach the proxy 127.0.0.1:"
                            + nobody + ": Connection refused\n");
        } finally {
            open.forEach(LocalForward::close);
        }
    }

    @Test
    void theNextProxyServesIfTheFirstIsGone() throws IOException {
        List<LocalForward> open =
                open(Map.of(), "--proxy", "socks5h://127.0.0.1:1", "--proxy", uri(), "0=" + destination());
        try {
            assertForwards(open.get(0));
            assertThat(err.toString()).contains("cannot reach the proxy 127.0.0.1:1: ");
        } finally {
            open.forEach(LocalForward::close);
        }
    }

    @ParameterizedTest
    @CsvSource({"-v, true", "--verbose, true", "--proxy, false"})
    void aConnectionThatIsCarriedIsToldIfThatIsWanted(String option, boolean told) throws IOException {
        List<LocalForward> open = option.startsWith("--proxy")
                ? open(Map.of(), "--proxy", uri(), "0=" + destination())
                : open(Map.of(), option, "--proxy", uri(), "0=" + destination());
        try {
            assertForwards(open.get(0));
            assertThat(err.toString())
                    .matches(told ? "forward: " + destination() + ": dial .* ms, .*, total .* ms\\R" : "");
        } finally {
            open.forEach(LocalForward::close);
        }
    }

    @Test
    void oneThatCannotListenClosesTheOthers() throws IOException {
        int taken = origin.getLocalPort();
        int free;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            free = probe.getLocalPort();
        }
        assertThatThrownBy(() -> open(Map.of(), "--proxy", uri(), free + "=a.example:1", taken + "=a.example:1"))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + taken + ": Address already in use");
        assertThat(out.toString()).isEmpty();
        new ServerSocket(free, 1, InetAddress.getByName("127.0.0.1")).close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--proxy socks5h://p.example | LOCAL=DESTINATION",
                "--proxy socks5h://p.example 5432 | 5432: LOCAL=DESTINATION expected, as in 5432=db.internal:5432",
                "--proxy socks5h://p.example 5432:db.internal:5432 | 5432:db.internal:5432: LOCAL=DESTINATION expected",
                "--proxi socks5h://alice:secret@p.example 5432=db.internal:5432 | Unknown option: '--proxi'",
                "socks5h://alice:secret@p.example?sendAhead=login 1=db.internal:1 | as in 5432=db.internal:5432",
                "--proxy socks5h://p.example alice:secret@p.example:1080 | as in 5432=db.internal:5432",
                "--proxy socks5h://p.example alice:=secret@p.example:1080 | as in 5432=db.internal:5432",
                "--proxy socks5h://p.example 5432=db.internal | HOST:PORT",
                "--proxy socks5h://p.example 5432=db.internal:0 | port 0",
                "--proxy socks5h://p.example 5432=127.1:80 | 127.1",
                "--proxy socks5h://p.example 99999=db.internal:1 | 65535",
                "--proxy socks5h://p.example x=db.internal:1 | x=db.internal:1: a port is 0 to 65535",
                "--proxy socks5h://p.example ::1:1=db.internal:1 | brackets",
                "--proxy socks5h://p.example nowhere.invalid:1=db.internal:1 | nowhere.invalid",
                "--proxy http://alice:secret@p.example 1=db.internal:1 | --proxy: socks5h://[USER",
                "1=db.internal:1 | --proxy or the environment variable all_proxy"
            })
    void whatIsWrongIsSaidWithoutThePassword(String args, String part) {
        assertThatThrownBy(() -> open(Map.of(), args.split(" ")))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(part)
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("index");
    }

    @Test
    void aWrongProxyOfTheEnvironmentIsSaidToBeThat() {
        assertThatThrownBy(() -> open(Map.of("ALL_PROXY", "http://alice:secret@p.example"), "1=db.internal:1"))
                .isInstanceOf(ParameterException.class)
                .hasMessageStartingWith("all_proxy: ")
                .hasMessageNotContaining("secret");
    }
}
