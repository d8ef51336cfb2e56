package dev.socks5.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5Server;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Options, good and bad; the server as a process is tested by {@link RunnableServerIT}. */
@Timeout(60)
class ServerCommandTest {

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    private int run(String... args) {
        CommandLine commandLine = ServerCommand.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setOut(new PrintWriter(out, true));
        return ServerCommand.run(commandLine, "UTF-8", args);
    }

    private Socks5Server start(String... args) throws IOException {
        CommandLine commandLine = ServerCommand.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.parseArgs(args);
        return ((ServerCommand) commandLine.getCommand()).start();
    }

    private void assertOneLine(String... parts) {
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("socks5-server: ").contains(parts);
        assertThat(out.toString()).isEmpty();
    }

    /** What the command itself says is tested by ForwardCommandTest. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "forward --proxy socks5h://127.0.0.1 5432 | LOCAL=DESTINATION",
                "forward --listen=127.0.0.1:0 0=db.internal:1 | --listen",
                "--listen 127.0.0.1:0 forward --proxy socks5h://127.0.0.1 0=db.internal:1 | no place before forward"
            })
    void wrongArgumentsOfForwardAreOneLineOfItsOwn(String args, String part) {
        assertThat(run(args.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("socks5-server forward: ").contains(part);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nope | --nope",
                "--listen 1080 | --listen",
                "--listen ::1:1080 | brackets",
                "--listen 127.0.0.1:99999 | 65535",
                "--listen 127.1:1080 | --listen",
                "--listen inherited | standard input is no socket",
                "--grace 0s | --grace",
                "--status-listen 9090 | --status-listen",
                "--status-listen a..b:9090 | --status-listen: neither an address nor a host name",
                "--listen-behind-balancer a..b:1080 --balancer 127.0.0.1 | --listen-behind-balancer: neither",
                "--user alice | NAME:PASSWORD",
                "--user :secret | NAME:PASSWORD",
                "--user alice:a --user bob:b --user alice:c | --user: the name alice",
                "--users-file /tmp/.. | Is a directory",
                "--access-log /tmp/.. | Is a directory",
                "--gssapi-keytab /tmp/.. | --gssapi-keytab",
                "--allow 10.0.0.0/33 | --allow",
                "--deny 2001:db8::1:443 | brackets",
                "--deny 127.1 | --deny",
                "--deny example.com:90-80 | --deny",
                "--deny client=10.0.0.0/8:80 | --deny",
                "--allow from=10.0.0.0/8 | from=",
                "--allow command=dance | udp-associate",
                "--prefer ipv5 | ipv6-only",
                "--idle-timeout 10 | --idle-timeout",
                "--connect-timeout 0s | --connect-timeout",
                "--handshake-timeout soon | --handshake-timeout",
                "--max-connections 0 | --max-connections",
                "--max-per-client many | --max-per-client",
                "--max-per-user 0 | --max-per-user",
                "--login-throttle 5 | 10/5m",
                "--login-throttle 0/5m | 10/5m",
                "--login-throttle 5/0s | --login-throttle",
                "--login-throttle 5/soon | --login-throttle",
                "--bandwidth 0 | 500K",
                "--max-backlog 0 | 64M",
                "--max-backlog 10K | 65536",
                "--bandwidth 1.5M | 500K",
                "--bandwidth-per-user 10k | 500K",
                "--listen 0.0.0.0:0 | --allow-anonymous",
                "--upstream proxy.example:1080 | socks5://",
                "--upstream http://proxy.example | --upstream",
                "--upstream socks5://proxy.example:0 | HOST:PORT",
                "--egress localhost | --egress",
                "--egress 127.1 | --egress",
                "--egress 0.0.0.0 | 0.0.0.0",
                "--egress 192.0.2.77 | no address of this host",
                "--deny user= | behind user=",
                "--egress 127.0.0.1 --egress 127.0.0.2 | family",
                "--access-log /nowhere/at/all | --access-log",
                "--listen-behind-balancer 127.0.0.1:0 | --balancer",
                "--balancer 127.0.0.1 | --listen-behind-balancer",
                "--listen-behind-balancer 127.0.0.1:0 --balancer * --allow-anonymous | IP address",
                "--listen-behind-balancer 127.0.0.1:0 --balancer 10.0.0.0/33 | --balancer",
                "--listen-behind-balancer 127.0.0.1:0 --balancer 127.0.0.1 | --allow-anonymous",
                "--unix-mode 0660 | needs --listen-unix",
                "--listen-unix x.sock --unix-mode 0680 | --unix-mode",
                "--listen-unix x.sock --unix-mode rw | three octal digits",
                "--listen-unix / | path of a Unix domain socket",
                "--upstream socks5h://proxy.example --upstream socks5h://localhost/run/p.sock | only be the first",
                "--upstream socks5h://localhost/run/p.sock --egress 127.0.0.1 | nothing leaves from an address",
                "--upstream socks5hs://localhost/run/p.sock | no TLS",
                "--relay-ports 40000 | --relay-ports",
                "--relay-ports 9-5 | ports are",
                "--advertise 0.0.0.0 | 0.0.0.0",
                "--advertise proxy.example | IP address",
                "--bind-timeout soon | --bind-timeout",
                "--udp-move-after soon | --udp-move-after",
                "--rules-file /nowhere | cannot read --rules-file /nowhere: no such file",
                "--user-quota 10G | --user-quota",
                "--user-quota x/1h | --user-quota",
                "--user-quota 0/1h | --user-quota",
                "--user-quota 1/0h | --user-quota",
                "--udp-move-after 0s | --udp-move-after",
                "--gssapi-keytab /nowhere/at/all | --gssapi-keytab",
                "--gssapi-level most | --gssapi-level",
                "--gssapi-keytab x --gssapi-level integrity --gssapi-limit none | --gssapi-limit",
                "--gssapi-level confidentiality | need --gssapi-keytab",
                "--user alice:secret --gssapi-nec | need --gssapi-keytab",
                "--gssapi-limit none | need --gssapi-keytab",
                "--listen-tls 127.0.0.1:0 | --tls-certificate",
                "--listen-tls 1443 | --listen-tls",
                "--tls-key x | --listen-tls",
                "--listen-tls 127.0.0.1:0 --tls-certificate /nowhere | cannot read --tls-certificate /nowhere",
                "--listen-tls 127.0.0.1:0 --tls-keystore /tmp/.. | Is a directory",
                "surplus | surplus"
            })
    void aWrongOptionGetsOneClearLineAndStatusTwo(String args, String part) {
        assertThat(run(args.split(" "))).isEqualTo(2);
        assertOneLine(part);
    }

    @Test
    void wrongArgumentsOfHashAreOneLineOfItsOwn() {
        assertThat(run("--listen", "127.0.0.1:0", "hash")).isEqualTo(2);
        assertThat(run("hash", "--listen=127.0.0.1:0")).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("socks5-server hash: "))
                .first()
                .asString()
                .contains("no place before hash");
        assertThat(out.toString()).isEmpty();
    }

    /** By the thread that hears the signal. */
    @Test
    void whatSighupIsForIsDone(@TempDir Path folder) throws IOException {
        Path pem = Authority.write(new Authority().issue("own", "127.0.0.1"), folder.resolve("own.pem"));
        Path log = folder.resolve("access.log");
        CommandLine commandLine = ServerCommand.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setOut(new PrintWriter(out, true));
        String args = "--listen-tls 127.0.0.1:0 --tls-certificate " + pem + " --access-log " + log;
        commandLine.parseArgs(args.split(" "));
        ServerCommand command = commandLine.getCommand();
        try (Socks5Server server = command.start()) {
            assertThat(server.localAddresses()).hasSize(1);
            Files.move(log, folder.resolve("access.log.1"));
            Files.writeString(pem, "half a certifi");
            command.onHangup().forEach(Runnable::run);
            command.stop(server); // It writes what is left.
        }
        assertThat(log).exists();
        assertThat(err.toString().lines()).contains("socks5-server: reloaded: --access-log " + log + " is opened anew");
        assertThat(err.toString()).contains("files of TLS have changed, but what they had before holds: ");
    }

    @Test
    void whereTheAccessLogGoesOnIsSaid(@TempDir Path folder) throws IOException {
        Path log = Files.createDirectory(folder.resolve("logs")).resolve("access.log");
        CommandLine commandLine = ServerCommand.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.parseArgs("--listen", "127.0.0.1:0", "--access-log", log.toString());
        ServerCommand command = commandLine.getCommand();
        try (Socks5Server server = command.start()) {
            Files.move(log.getParent(), folder.resolve("moved"));
            command.onHangup().forEach(Runnable::run);
            command.stop(server);
        }
        assertThat(err.toString().lines())
                .containsExactly("socks5-server: not reloaded, the log goes on in the file of before: cannot write"
                        + " --access-log " + log + ": no such file or directory");
    }

    @Test
    void aWrongPasswordIsNotRepeated() {
        assertThat(run("--user", "secretwithoutname")).isEqualTo(2);
        assertThat(run("--upstream", "socks5://alice:secretwithoutname")).isEqualTo(2);
        assertThat(run("--upstream", "http://alice:secretwithoutname@proxy.example"))
                .isEqualTo(2);
        assertThat(err.toString()).isNotEmpty().doesNotContain("secretwithoutname");
    }

    @Test
    void whatFailsBehindTheStartIsNotTakenForAMissingLogin() {
        CommandLine commandLine = ServerCommand.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setOut(new PrintWriter(out) {
            @Override
            public void println(String line) {
                throw new IllegalStateException("terminal on fire");
            }
        });
        assertThat(ServerCommand.run(commandLine, "UTF-8", "--listen", "127.0.0.1:0"))
                .isEqualTo(1);
        assertOneLine("terminal on fire");
    }

    @Test
    void aPortInUseGetsOneClearLineAndStatusOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(run("--listen", address)).isEqualTo(1);
            assertOneLine(address);
        }
    }

    @Test
    void aPathInUseGetsOneClearLineAndStatusOne(@TempDir Path folder) throws IOException {
        Path path = Files.writeString(folder.resolve("proxy.sock"), "precious");
        assertThat(run("--listen-unix", path.toString())).isEqualTo(1);
        assertOneLine("cannot listen on unix:" + path + ": there is a file that is no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void listensOnPathsWithPermissions(@TempDir Path folder) throws IOException {
        Path first = folder.resolve("a b.sock");
        Path second = folder.resolve("b.sock");
        try (Socks5Server server =
                start("--listen-unix", first.toString(), "--listen-unix", second.toString(), "--unix-mode", "0660")) {
            assertThat(out.toString().lines())
                    .startsWith(
                            "Listening on unix:" + first,
                            "Listening on unix:" + second,
                            "Try:  curl --proxy socks5h://localhost" + folder + "/a%20b.sock https://example.com/");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first)))
                    .isEqualTo("rw-rw----");
            assertThat(server.localPaths()).containsExactly(first, second);
            assertThat(server.localAddresses()).isEmpty();
        }
    }

    @Test
    void aPathIsForItsOwnerAloneAndNotTheFirstThatIsTried(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("proxy.sock");
        try (Socks5Server server = start("--listen-unix", path.toString(), "--listen", "127.0.0.1:0")) {
            Endpoint address = Endpoint.of(server.localAddresses().get(0));
            assertThat(out.toString().lines())
                    .startsWith(
                            "Listening on " + address,
                            "Listening on unix:" + path,
                            "Try:  curl --socks5-hostname " + address + " https://example.com/");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
        }
    }

    @ParameterizedTest
    @CsvSource({"0600, rw-------", "660, rw-rw----", "0777, rwxrwxrwx", "0421, r---w---x", "000, ---------"})
    void modes(String text, String permissions) {
        assertThat(Mode.parse(text).permissions()).isEqualTo(PosixFilePermissions.fromString(permissions));
    }

    @Test
    void anOptionsUserWinsOverTheFiles(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "alice:a\nbob:b\n");
        start("--listen", "127.0.0.1:0", "--users-file", file.toString(), "--user", "alice:c")
                .close();
        assertThat(out.toString()).contains("login required", "--proxy-user alice:PASSWORD ");
    }

    /** It is printed to be copied into a shell. */
    @ParameterizedTest
    @ValueSource(strings = {"a b", "$(x)", "\u00fc", "a\u001b[2J"})
    void aNameThatIsNotPlainIsNotPrinted(String name) throws IOException {
        start("--listen", "127.0.0.1:0", "--user", name + ":secret").close();
        assertThat(out.toString()).contains("--proxy-user NAME:PASSWORD ").doesNotContain(name);
    }

    @ParameterizedTest
    @CsvSource({"256, 1, a user name", "1, 256, a password", "128, 1, a user name"})
    void aNameOrPasswordThatIsTooLongIsSaidWithItsLine(int name, int password, String what, @TempDir Path folder)
            throws IOException {
        String user = (name == 128 ? "\u00fc" : "u").repeat(name) + ":" + "p".repeat(password);
        Path file = Files.writeString(folder.resolve("users"), "alice:a\n" + user + "\n");
        assertThat(run("--users-file", file.toString())).isEqualTo(2);
        assertOneLine("--users-file " + file + ": line 2: " + what + " has at most 255 octets");
        err.getBuffer().setLength(0);
        assertThat(run("--user", user)).isEqualTo(2);
        assertOneLine("--user", what + " has at most 255 octets");
        assertThat(err.toString()).doesNotContain("uu", "pp", "\u00fc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nobody\n", "alice\n", "alice:\n", "alice:a\nalice:b\n"})
    void aFileWithoutGoodUsersIsRefused(String content, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), content);
        assertThat(run("--users-file", file.toString())).isEqualTo(2);
        assertOneLine("--users-file");
    }

    @Test
    void aFileThatIsNotInUtf8IsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("users"), new byte[] {'a', ':', (byte) 0xE4});
        assertThat(run("--users-file", file.toString())).isEqualTo(2);
        assertOneLine("UTF-8");
    }

    @Test
    void aFileThatIsNotThereIsRefused(@TempDir Path folder) {
        assertThat(run("--users-file", folder.resolve("missing").toString())).isEqualTo(2);
        assertOneLine("--users-file");
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "10s, PT10S", "5m, PT5M", "2h, PT2H", "30d, PT720H"})
    void times(String text, Duration time) {
        assertThat(Arguments.duration(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "ipv4, 127.0.0.1 ::1",
        "ipv6, ::1 127.0.0.1",
        "ipv4-only, 127.0.0.1",
        "ipv6-only, ::1",
    })
    void preferences(String text, String order) throws IOException {
        InetAddress v4 = InetAddress.getByName("127.0.0.1");
        InetAddress v6 = InetAddress.getByName("::1");
        List<InetAddress> expected = Stream.of(order.split(" "))
                .map(address -> address.equals("::1") ? v6 : v4)
                .toList();
        for (Resolver both : List.<Resolver>of(name -> List.of(v4, v6), name -> List.of(v6, v4))) {
            assertThat(Preference.parse(text).over().apply(both).resolve("a.example"))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "500K, 500000", "10M, 10000000", "2G, 2000000000"})
    void rates(String text, long bytesPerSecond) {
        assertThat(new Rate().convert(text)).isEqualTo(bytesPerSecond);
    }

    @Test
    void quotas() {
        assertThat(Quota.parse("10G/24h")).isEqualTo(new Quota(10_000_000_000L, Duration.ofHours(24)));
    }

    @Test
    void aQuotaEndsWhatGoesBeyondIt() throws IOException {
        try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Socks5Server server = start("--listen", "127.0.0.1:0", "--user", "alice:a", "--user-quota", "100/1h");
                Socket client = Socks5Client.builder()
                        .proxy(server.localAddresses().get(0))
                        .credentials("alice", "a")
                        .build()
                        .connect("127.0.0.1", origin.getLocalPort());
                Socket behind = origin.accept()) {
            client.getOutputStream().write(new byte[101]);
            assertThatThrownBy(() -> {
                        behind.getInputStream().readNBytes(101);
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"--allow-anonymous, 1", "--user=alice:a, 0"})
    void aQuotaOfNobodyIsTold(String login, int warnings) throws IOException {
        start("--listen", "127.0.0.1:0", "--user-quota", "100/1h", login).close();
        assertThat(err.toString().lines().filter(line -> line.contains("warning: --user-quota has no effect")))
                .hasSize(warnings);
    }

    @Test
    void failedLogins() {
        assertThat(FailedLogins.parse("10/5m")).isEqualTo(new FailedLogins(10, Duration.ofMinutes(5)));
    }

    /** Whether the keytab is any good turns out with the first login. */
    @Test
    void aKeytabMakesKerberosTheLogin(@TempDir Path folder) throws IOException {
        Path keytab = Files.write(folder.resolve("socks.keytab"), new byte[] {5, 2});
        String args = "--listen 127.0.0.1:0 --gssapi-level integrity --gssapi-nec --gssapi-keytab " + keytab;
        try (Socks5Server server = start(args.split(" "))) {
            InetSocketAddress address = server.localAddresses().get(0);
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                client.getOutputStream().write(new byte[] {5, 3, 0, 1, 2});
                assertThat(client.getInputStream().readNBytes(2)).isEqualTo(new byte[] {5, 1});
                client.getOutputStream().write(new byte[] {1, 1, 0, 1, 'x'});
                assertThat(client.getInputStream().readNBytes(2)).isEqualTo(new byte[] {1, (byte) 0xFF});
            }
        }
        assertThat(out.toString()).contains("login required", "--socks5-gssapi ");
    }

    @ParameterizedTest
    @CsvSource({"none, 0", "integrity, 1", "confidentiality, 2"})
    void protectionLevels(String name, int code) {
        assertThat(GssapiOptions.level(name).code()).isEqualTo(code);
    }

    @Test
    void clientsAreToldAnAddressAndAPortThatTheFirewallLetsThrough() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String args = "--listen 127.0.0.1:0 --advertise 192.0.2.7 --relay-ports %d-%d".formatted(port, port);
        try (Socks5Server server = start(args.split(" "))) {
            InetSocketAddress address = server.localAddresses().get(0);
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                byte[] bind = {5, 1, 0, 5, 2, 0, 1, 127, 0, 0, 1, 0, 0};
                client.getOutputStream().write(bind);
                assertThat(client.getInputStream().readNBytes(12))
                        .isEqualTo(new byte[] {5, 0, 5, 0, 0, 1, (byte) 192, 0, 2, 7, (byte) (port >> 8), (byte) port});
            }
        }
    }

    @Test
    void behindABalancerTheHeaderIsRead() throws IOException {
        String args = "--listen-behind-balancer 127.0.0.1:0 --balancer 192.0.2.0/24 --balancer 127.0.0.1"
                + " --listen 127.0.0.1:0 --allow-anonymous";
        try (Socks5Server server = start(args.split(" "))) {
            List<InetSocketAddress> addresses = server.localAddresses();
            assertThat(out.toString().lines())
                    .startsWith(
                            "Listening on " + Endpoint.of(addresses.get(0)),
                            "Listening on " + Endpoint.of(addresses.get(1)) + ", behind a balancer",
                            "Try:  curl --socks5-hostname " + Endpoint.of(addresses.get(0)) + " https://example.com/");
            try (Socket balancer =
                    new Socket(addresses.get(1).getAddress(), addresses.get(1).getPort())) {
                balancer.getOutputStream()
                        .write("PROXY TCP4 192.0.2.7 192.0.2.1 40000 1080\r\n\5\1\0".getBytes(US_ASCII));
                assertThat(balancer.getInputStream().readNBytes(2)).isEqualTo(new byte[] {5, 0});
            }
        }
    }

    @Test
    void whatOnlyABalancerCanReachIsNotForTrying() throws IOException {
        start("--listen-behind-balancer", "127.0.0.1:0", "--balancer", "127.0.0.1", "--user", "alice:secret")
                .close();
        assertThat(out.toString())
                .contains(", behind a balancer, login required")
                .doesNotContain("Try:");
    }

    @Test
    void optionsComeFromAFileToo(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("options"), "--user \u00fc:a\n--user '\u00fc:b'");
        assertThat(run("@" + file)).isEqualTo(2);
        assertOneLine("--user: the name");
    }

    @Test
    void helpAndVersion() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("--listen", "--user", "--users-file", "--allow-anonymous", "--allow", "--deny")
                .contains("--listen-tls", "--tls-certificate", "--tls-key", "--tls-keystore", "--tls-client-ca")
                .contains("--upstream", "--egress", "--prefer", "--tor-resolve")
                .contains("--listen-behind-balancer", "--balancer", "--advertise", "--relay-ports", "--bind-timeout")
                .contains("--handshake-timeout", "--connect-timeout", "--idle-timeout")
                .contains("--max-per-user", "--login-throttle", "--bandwidth", "--bandwidth-per-user")
                .contains(
                        "--max-connections",
                        "--max-backlog",
                        "--max-per-client",
                        "--access-log",
                        "--reuse-port",
                        "--grace",
                        "--status-listen",
                        "-v",
                        "--help",
                        "--version");
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).containsPattern("socks5-server \\d+\\.\\d+\\.\\d+");
    }

    @Test
    void everyOptionIsInTheDocument() throws IOException {
        String document = Files.readString(Path.of("..", "..", "docs", "server.md"));
        assertThat(ServerCommand.commandLine().getCommandSpec().options())
                .hasSizeGreaterThan(40)
                .extracting(OptionSpec::longestName)
                .allMatch(name -> document.contains("`" + name));
    }

    @Test
    void endsEvenIfTheTerminalTakesNothing() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CommandLine commandLine = ServerCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.parseArgs("--listen", "127.0.0.1:0");
        ServerCommand command = commandLine.getCommand();
        try (Socks5Server server = command.start()) {
            commandLine.setOut(new PrintWriter(new StringWriter() {
                @Override
                public void write(String text, int offset, int length) {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            }));
            command.stop(server);
            assertThatThrownBy(() -> new Socket(
                                    "127.0.0.1", server.localAddresses().get(0).getPort())
                            .close())
                    .isInstanceOf(ConnectException.class);
        } finally {
            release.countDown();
        }
    }
}
