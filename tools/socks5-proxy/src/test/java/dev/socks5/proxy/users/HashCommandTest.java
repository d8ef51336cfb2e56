package dev.socks5.proxy.users;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HashCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String in, String... args) {
        return new CommandLine(new HashCommand(new ByteArrayInputStream(in.getBytes(UTF_8))))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler((e, arguments) -> {
                    e.getCommandLine().getErr().println(e.getMessage());
                    return 2;
                })
                .execute(args);
    }

    private static boolean matches(String password, String hash) {
        return Bcrypt.matches(password.getBytes(UTF_8), hash.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pä ss:", "pä ss:\n", "pä ss:\r\n", "pä ss:\nanother\n"})
    void theFirstLineIsThePassword(String in) {
        assertThat(run(in, "--cost", "4")).isZero();
        assertThat(matches("pä ss:", out.toString())).isTrue();
    }

    @Test
    void withANameItIsALineOfTheUsersFile() {
        assertThat(run("secret\n", "--cost=4", "alice")).isZero();
        User user = User.parseAll(out.toString()).get(0);
        assertThat(user.name()).isEqualTo("alice");
        assertThat(matches("secret", ((Password.Hash) user.password()).text())).isTrue();
    }

    @Test
    void theUsualCostIsTen() {
        run("secret\n");
        assertThat(Bcrypt.cost(out.toString())).isEqualTo(10);
    }

    @Test
    void aPasswordIsNotCutShort() {
        assertThat(run("secret" + "a".repeat(67) + "\n", "--cost", "4")).isEqualTo(2);
        assertThat(err.toString()).contains("at most 72 bytes, in UTF-8: 73").doesNotContain("secret");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--cost 3, 4 to 16", "--cost 17, 4 to 16", "--cost x, --cost", "a:b, that name", "#a, that name"})
    void whatIsWrongIsSaid(String args, String part) {
        assertThat(run("secret\n", args.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(part);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {" a", "a\nb", "a\r", " ", "\u2028a", ""})
    void aNameThatTheFileWouldNotKeepIsRefused(String name) {
        assertThat(run("secret\n", "--cost", "4", name)).isEqualTo(2);
        assertThat(run("secret\n", "--cost", "4", "ä".repeat(128))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void withoutAPasswordThereIsNoHash(String in) {
        assertThat(run(in, "--cost", "4")).isEqualTo(2);
        assertThat(err.toString()).contains("at least one byte");
    }
}
