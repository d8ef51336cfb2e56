package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stand-alone jar where the environment names no locale, or an unknown one: Java takes that for ASCII. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
@EnabledOnOs(OS.LINUX)
class LocaleIT {

    /** The JVM that runs this may not be able to express them: a shell writes them for it, from their octets. */
    private static final String U_UMLAUT = "$(printf '\\303\\274')";

    @TempDir
    private Path folder;

    private static ProcessBuilder withoutLocale(ProcessBuilder command) {
        List.of("LANG", "LC_ALL", "LC_CTYPE").forEach(command.environment()::remove);
        return command;
    }

    /** The arguments are text for a shell. */
    private String refusal(String... args) throws Exception {
        ProcessBuilder command = ServerProcess.command(1024, "-Xmx64m");
        List<String> words = command.command();
        words.set(2, "exec \"$@\" --listen 127.0.0.1:0 " + String.join(" ", args));
        Process process = withoutLocale(command).start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            assertThat(line).startsWith("socks5-server: ");
            assertThat(output.readLine()).isNull();
            assertThat(process.waitFor()).isEqualTo(2);
            return line;
        } finally {
            process.destroyForcibly();
        }
    }

    /** One with its argument, and one before it: no option is treated in another way than these. */
    static Stream<List<String>> mangled() {
        return Stream.of("--user=", "--access-log ")
                .map(option -> List.of(option.replaceFirst("[ =].*", ""), option + "secret" + U_UMLAUT));
    }

    @ParameterizedTest
    @MethodSource
    void mangled(List<String> optionAndArgument) throws Exception {
        assertThat(refusal(optionAndArgument.get(1)))
                .startsWith("socks5-server: " + optionAndArgument.get(0) + ": ")
                .contains("@FILE")
                .doesNotContain("secret");
    }

    @Test
    void aFileOfOptionsWithAMangledName() throws Exception {
        assertThat(refusal("-v", "@" + U_UMLAUT)).contains("argument 4: ");
    }

    private String options(String text) throws IOException {
        return "@" + Files.writeString(folder.resolve("options"), text);
    }

    static Stream<String> files() {
        return Stream.of("--users-file", "--access-log", "--gssapi-keytab");
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileThatThisLocaleHasNoNameFor(String option) throws Exception {
        assertThat(refusal(options(option + " \u00fc"))).contains(option, "name in this locale");
    }

    @Test
    void aFileOfOptionsIsInUtf8() throws Exception {
        Files.writeString(folder.resolve("users"), "\u00e4:\u00df\n");
        Path log = folder.resolve("access.log");
        String options = options("""
                --listen 127.0.0.1:0 # where: ü
                --user "ü:ein Paßwort" --user=ö:b#
                --deny user=ü
                --allow '127.0.0.1 user="ö"' --allow "127.0.0.1 user=ä"
                --users-file '%s' --access-log "%s"
                """.formatted(folder.resolve("users"), log));
        try (ServerProcess server =
                        ServerProcess.start(withoutLocale(ServerProcess.command(1024, "-Xmx64m", options)));
                ServerSocket origin = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
            Endpoint there = Endpoint.of("127.0.0.1", origin.getLocalPort());
            client(server, "\u00f6", "b#").connect(there).close();
            client(server, "\u00e4", "\u00df").connect(there).close();
            assertThatThrownBy(
                            () -> client(server, "\u00fc", "ein Pa\u00dfwort").connect(there))
                    .isInstanceOfSatisfying(
                            RequestRejectedException.class,
                            e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.NOT_ALLOWED));
            assertThatThrownBy(() -> client(server, "\u00fc", "b#").connect(there))
                    .isInstanceOf(AuthenticationFailedException.class);
            server.stop(ServerProcess.SIGTERM);
        }
        assertThat(Files.readAllLines(log).stream().map(LogfmtLine::parse))
                .extracting(line -> line.get("user") + " " + line.get("outcome"))
                .containsExactlyInAnyOrder("\u00f6 ok", "\u00e4 ok", "\u00fc 02", "null login-failed");
    }

    private static Socks5Client client(ServerProcess server, String user, String password) {
        return server.client().credentials(user, password).build();
    }
}
