package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is in the image, as the Dockerfile has it run: the Java runtime is made as there, and the server is the first
 * process of its own, as nobody in particular, with a root that nobody can write to. Only the container itself is
 * missing.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD) // An interrupt does not end a read from a process.
@EnabledOnOs(OS.LINUX)
class ImageIT {

    private static final Path ROOT = Path.of("..", "..");
    private static final Path SCRIPTS = Path.of("image").toAbsolutePath();
    private static final Path JAR = Path.of("target", "socks5-server.jar").toAbsolutePath();

    /** The name that stands for the shell's own process is of no use: it is another one inside. */
    private static final String CONFINED = "mount -o remount,bind,ro / && exec setpriv --reuid=65532 --regid=65532"
            + " --clear-groups --no-new-privs --bounding-set=-all \"$@\"";

    @TempDir
    private static Path folder;

    private static Path runtime;

    @BeforeAll
    static void makeRuntime() throws Exception {
        Path java = Path.of(System.getProperty("java.home"));
        assumeThat(java.resolve("bin").resolve("jlink")).exists();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        runtime = folder.resolve("java");
        ProcessBuilder command =
                new ProcessBuilder(SCRIPTS.resolve("runtime").toString(), runtime.toString()).redirectErrorStream(true);
        command.environment().put("JAVA_HOME", java.toString());
        Process process = command.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** The words of an instruction in the form of a JSON array. */
    private static List<String> words(String instruction) throws IOException {
        Matcher array = Pattern.compile("(?m)^" + instruction + " \\[((?:[^\\]]|\\n)*)]$")
                .matcher(Files.readString(ROOT.resolve("Dockerfile")));
        assertThat(array.find()).as(instruction).isTrue();
        return Pattern.compile("\"([^\"]*)\"")
                .matcher(array.group(1))
                .results()
                .map(word -> word.group(1)
                        .replace("/opt/java", runtime.toString())
                        .replace("/opt/socks5/socks5-server.jar", JAR.toString()))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** What the Dockerfile sets, with a free port. */
    private static Map<String, String> environment() throws IOException {
        Matcher line = Pattern.compile("(?m)^ENV (.*)$").matcher(Files.readString(ROOT.resolve("Dockerfile")));
        assertThat(line.find()).isTrue();
        return Stream.of(line.group(1).split(" "))
                .map(variable ->
                        variable.replace("127.0.0.1:9090", "127.0.0.1:0").split("=", 2))
                .collect(Collectors.toMap(variable -> variable[0], variable -> variable[1]));
    }

    private static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder();
        if (System.getProperty("user.name").equals("root")) {
            builder.command()
                    .addAll(List.of(
                            "unshare", "--mount", "--pid", "--mount-proc", "--fork", "sh", "-c", CONFINED, "sh"));
        }
        builder.command().addAll(command);
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().putAll(environment());
        return builder.redirectErrorStream(true).start();
    }

    /** The server itself, where another process stands before it. */
    private static ProcessHandle server(Process process) {
        return process.children().findFirst().orElse(process.toHandle());
    }

    @Test
    void servesAndEndsInOrder() throws Exception {
        Authority authority = new Authority();
        Path certificate = folder.resolve("own.pem");
        Authority.write(authority.issue("first", "127.0.0.1"), certificate);
        Path keytab = Files.write(folder.resolve("socks.keytab"), new byte[] {5, 2});
        Files.writeString(folder.resolve("users"), "\u00fc:secret\n");
        List<String> command = words("ENTRYPOINT");
        command.addAll(List.of("-v", "--listen", "127.0.0.1:0"));
        command.addAll(List.of("--listen-tls", "127.0.0.1:0", "--tls-certificate", certificate.toString()));
        command.addAll(List.of("--users-file", folder.resolve("users").toString(), "--user", "\u00e4:secret"));
        command.addAll(List.of("--gssapi-keytab", keytab.toString()));
        Process process = start(command);
        try (ServerSocket origin = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            List<String> lines = new ArrayList<>();
            do {
                String line = process.inputReader(StandardCharsets.UTF_8).readLine();
                assertThat(line).as("after %s", lines).isNotNull();
                lines.add(line);
            } while (!lines.get(lines.size() - 1).startsWith("Stop:"));
            List<Endpoint> addresses = lines.stream()
                    .filter(line -> line.startsWith("Listening on "))
                    .map(line -> Endpoint.parse(line.split("[ ,]", -1)[2]))
                    .toList();
            assertServes(
                    Socks5Client.builder()
                            .proxy(addresses.get(0).toInetSocketAddress())
                            .proxySocketFactory(authority.context().getSocketFactory())
                            .credentials("\u00fc", "secret")
                            .build(),
                    origin);
            assertServes(
                    Socks5Client.builder()
                            .proxy(addresses.get(1).toInetSocketAddress())
                            .credentials("\u00e4", "secret")
                            .build(),
                    origin);
            String status = lines.stream()
                    .filter(line -> line.startsWith("Status on "))
                    .findFirst()
                    .orElseThrow();
            URI page = URI.create(status.substring("Status on ".length()));
            String figures =
                    new String(page.resolve("/metrics").toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(figures).contains("socks5_server_connections_accepted_total 2.0", "process_files_open_files");
            assertThat(health(page.getPort())).isZero();
            assertTriesKerberos(addresses.get(1));
            server(process).destroy();
            String rest = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(rest).contains("Shutting down.", "All connections had finished.");
            assertThat(rest).contains("no security context with the client: Defective token");
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + ServerProcess.SIGTERM);
            assertThat(health(page.getPort())).isNotZero();
        } finally {
            server(process).destroyForcibly();
            process.destroyForcibly();
        }
    }

    private static int health(int port) throws Exception {
        return new ProcessBuilder(SCRIPTS.resolve("healthcheck").toString(), Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static void assertServes(Socks5Client client, ServerSocket origin) throws IOException {
        try (Socket socket = client.connect("127.0.0.1", origin.getLocalPort());
                Socket behind = origin.accept()) {
            socket.getOutputStream().write('.');
            assertThat(behind.getInputStream().read()).isEqualTo('.');
        }
    }

    /** The JDK finds the module for that by its name: nothing else notices if it is missing. */
    private static void assertTriesKerberos(Endpoint server) throws IOException {
        try (Socket client = new Socket()) {
            client.connect(server.toInetSocketAddress());
            client.getOutputStream().write(new byte[] {5, 1, 1});
            assertThat(client.getInputStream().readNBytes(2)).containsExactly(5, 1);
            client.getOutputStream().write(new byte[] {1, 1, 0, 1, 'x'});
            assertThat(client.getInputStream().readNBytes(2)).containsExactly(1, 0xFF);
        }
    }

    /** Options of the server have no place before a command, so the image must not add any. */
    @Test
    void takesCommandsToo() throws Exception {
        for (String name : ServerCommand.commandLine().getSubcommands().keySet()) {
            List<String> command = words("ENTRYPOINT");
            command.addAll(List.of(name, "x"));
            Process process = start(command);
            try (Writer input = process.outputWriter()) {
                input.append("secret\n");
            } catch (IOException e) {
                // It has ended without reading that.
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // One of them says that x is no argument for it, another one takes it: they have been reached.
            assertThat(output).as(name).isNotBlank().doesNotContain("no place before", "Exception");
            assertThat(process.waitFor()).isIn(0, 2);
        }
    }

    /** What the Dockerfile itself adds: nobody is served without a login. */
    @Test
    void withoutUsersItDoesNotStart() throws Exception {
        List<String> command = words("ENTRYPOINT");
        command.addAll(words("CMD"));
        Process process = start(command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).contains("without a login needs --user");
        assertThat(process.waitFor()).isEqualTo(2);
    }
}
