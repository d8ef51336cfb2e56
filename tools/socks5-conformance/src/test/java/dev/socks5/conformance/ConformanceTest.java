package dev.socks5.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.peer.RightServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line as its users meet it: what they type, the status, and what is printed. */
@Timeout(60)
class ConformanceTest {

    private static final String CASE = "negotiation/none-acceptable";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return prepared(Conformance.commandLine()).execute(args);
    }

    private CommandLine prepared(CommandLine commandLine) {
        return commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    }

    private static String[] words(String args) {
        return args.split(" ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nope | --nope",
                "server | HOST:PORT",
                "server 1080 | HOST:PORT",
                "server ::1:1080 | brackets",
                "server nobody.invalid:1080 | unknown host nobody.invalid",
                "server 127.0.0.1:1 --login alicesecret | USER:PASSWORD",
                "server 127.0.0.1:1 --login :alicesecret | USER:PASSWORD",
                "server 127.0.0.1:1 --pid one | --pid",
                "server 127.0.0.1:1 --only nothing/* | no case is chosen",
                "server 127.0.0.1:1 --level WILL | MUST, SHOULD, MAY, robustness or security, not WILL",
                "server 127.0.0.1:1 --jobs 0 | --jobs",
                "server 127.0.0.1:1 --patience 0 | --patience",
                "server 127.0.0.1:1 --patience NaN | --patience",
                "server 127.0.0.1:1 --junit /nowhere/at/all | no file can be written there: /nowhere/at/all",
                "server 127.0.0.1:1 --tap /tmp | no file can be written there: /tmp",
                "server [::1]:1 --origin-address ::1 | --origin-address with an IPv4 address",
                "server 127.0.0.1:1 | nothing to judge at 127.0.0.1:1: the server does not accept a connection",
                "client | either --command or --listen",
                "client --listen 1080 --command {proxy} | either --command or --listen",
                "client --listen 0 | --listen",
                "client --listen 65536 | --listen",
                "client --command curl | --command",
                "client --command {proxy}{nonsense} | {nonsense}",
                "client --command {proxy} --udp-command {x} | --udp-command: {x}",
                "client --command {proxy} --bind-command {x} | --bind-command: {x}",
                "client --command {proxy} --login-command {x} | --login-command: {x}",
                "client --command /nowhere/at/all{proxy} | nothing to judge",
                "client --command {proxy} --only nothing | no case is chosen",
                "list both | SIDE",
                "list --only nothing | no case is chosen",
                "table | FILE",
                "table /nowhere | cannot read /nowhere",
                "judge | judge",
            })
    void whatIsWrongIsSaidInOneLineWithStatusTwo(String args, String part) {
        assertThat(run(words(args))).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("socks5-conformance: ").contains(part);
        assertThat(err.toString()).doesNotContain("alicesecret");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aCommandIsNeeded() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("a command is missing");
    }

    /** Something that accepts and says nothing is no server. */
    @Test
    void aServerHasToAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            assertThat(run("server", "127.0.0.1:" + silent.getLocalPort(), "--patience", "0.1"))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("nothing to judge", "nothing came in 500 ms");
        }
    }

    @Test
    void aRightServerPasses() throws IOException {
        try (RightServer server = new RightServer().start()) {
            int status = run(
                    "server",
                    "127.0.0.1:" + server.address().getPort(),
                    "--only",
                    CASE,
                    "--program",
                    "right",
                    "--junit",
                    folder.resolve("x.xml").toString(),
                    "--json",
                    folder.resolve("x.json").toString(),
                    "--tap",
                    folder.resolve("x.tap").toString());
            assertThat(status).isZero();
        }
        assertThat(out.toString())
                .startsWith("socks5-conformance ")
                .contains(" (right)\n", "1 case in 0 s: 1 passed\n")
                .doesNotContain("\u001b", "${");
        assertThat(err.toString()).isEmpty();
        assertThat(Files.readString(folder.resolve("x.xml"))).contains("<testcase classname=\"server.negotiation\"");
        assertThat(Files.readString(folder.resolve("x.tap"))).contains("ok 1 - " + CASE);
        assertThat(Files.readString(folder.resolve("x.json"))).contains("\"verdict\" : \"passed\"");
        out.getBuffer().setLength(0);
        assertThat(run("table", folder.resolve("x.json").toString())).isZero();
        assertThat(out.toString()).contains("| [right](#right-as-a-server) |  | 1/1 | ");
    }

    @Test
    void aWrongServerFails() {
        RightServer wrong = new RightServer() {
            @Override
            protected int chooseMethod(byte[] offered) {
                return 0;
            }
        };
        try (wrong) {
            wrong.start();
            String address = "127.0.0.1:" + wrong.address().getPort();
            assertThat(run("server", address, "--only", CASE)).isEqualTo(1);
            assertThat(out.toString())
                    .contains(
                            "FAILED  " + CASE + "  MUST, RFC 1928 section 3",
                            "received from proxy: selection, 2 bytes");
            out.getBuffer().setLength(0);
            assertThat(run("server", address, "--only", CASE, "--no-transcript"))
                    .isEqualTo(1);
            assertThat(out.toString()).contains("FAILED  " + CASE).doesNotContain("received from");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--tap", "--junit", "--json"})
    void theTextMakesRoomForWhatIsPiped(String option) {
        try (RightServer server = new RightServer().start()) {
            assertThat(run("server", "127.0.0.1:" + server.address().getPort(), "--only", CASE, option, "-"))
                    .isZero();
        }
        assertThat(out.toString())
                .containsPattern("^(TAP version 14|<\\?xml|\\{)")
                .doesNotContain("1 case in");
        assertThat(err.toString()).contains("1 case in");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list server --only negotiation/none-* | true",
                "list --only negotiation/* --level MUST | true",
                "list --level should,must --only */none-acceptable | true",
                "list --level SHOULD | false",
                "list --only negotiation/none | false",
                "list --only none-acceptable | false",
                "list --only negotiation.none-acceptable | false",
                "list --only udp/*,negotiation/none-acceptable | true",
                "list --tags nothing,negotiation | false",
            })
    void casesAreChosen(String args, boolean chosen) {
        run(words(args));
        assertThat(out.toString().contains(CASE)).isEqualTo(chosen);
    }

    @Test
    void allOfACaseIsListed() {
        assertThat(run("list", "server", "--verbose", "--only", CASE)).isZero();
        assertThat(out.toString())
                .startsWith(
                        "server negotiation/none-acceptable\n  level   MUST, RFC 1928 section 3\n  title   A client")
                .contains("\n  sends   05 01 FE\n  passes  05 FF. ", "\n  means   ");
    }

    @Command(name = "fail")
    static final class Failing implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new IllegalStateException("no sockets left");
        }
    }

    @Test
    void aFaultOfTheSuiteHasAStatusOfItsOwn() {
        CommandLine commandLine = Conformance.commandLine();
        Failing failing = new Failing();
        commandLine.addSubcommand(new CommandLine(failing));
        commandLine.setExecutionExceptionHandler(commandLine.getExecutionExceptionHandler());
        assertThat(prepared(commandLine).execute("fail")).isEqualTo(3);
        assertThat(err.toString()).contains("the suite itself failed", "no sockets left");
    }

    @Test
    void helpSaysWhatTheStatusMeans() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("0   no case failed", "3   the suite itself failed");
        out.getBuffer().setLength(0);
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("socks5-conformance \\d.*\n");
    }
}
