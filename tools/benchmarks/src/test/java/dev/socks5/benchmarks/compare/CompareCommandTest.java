package dev.socks5.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

@Timeout(120)
class CompareCommandTest {

    private static final String FAKE = "\"%s/bin/java\" -cp \"%s\" %s {port}"
            .formatted(
                    System.getProperty("java.home"), System.getProperty("java.class.path"), FakeServer.class.getName());

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void comparesGivenServersAndWritesTableFiguresAndChart() throws IOException {
        Path csv = folder.resolve("figures.csv");
        Path chart = folder.resolve("chart.svg");

        int code = execute(
                "--rounds=2",
                "--only=one,two",
                "--server=one=" + FAKE,
                "--server=two=" + FAKE,
                "--csv=" + csv,
                "--chart=" + chart,
                "octet");

        assertThat(code).isZero();
        assertThat(out.toString()).contains("cores: ").contains("""
                        | figure | unit | better | one | two |
                        |---|---|---|---|---|
                        | octet, octet | octets | more | 42.0 (42.0–42.0) | 42.0 (42.0–42.0) |
                        """);
        assertThat(Files.readAllLines(csv))
                .hasSize(5)
                .startsWith("\"round\",\"server\",\"measure\",\"figure\",\"unit\",\"value\",\"failure\"")
                .contains("\"2\",\"one\",\"octet\",\"octet, octet\",\"octets\",\"42.0\",\"\"");
        assertThat(chart).content().startsWith("<svg ").contains("octet, octet", "octets, more is better");
        assertThat(err.toString()).contains("round 2, two, octet, octet: 42.0 octets");
    }

    @Test
    void aFailureIsInTheTableTheFiguresAndTheExitCode() throws IOException {
        Path csv = folder.resolve("figures.csv");

        int code = execute("--rounds=1", "--only=one", "--server=one=sh -c 'exit 4' {port}", "--csv=" + csv, "octet");

        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).contains("**failed** in 1 of 1", "* one, octet: the server ended with status 4");
        assertThat(Files.readAllLines(csv)).element(1).asString().contains("the server ended with status 4");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments("--rounds=0", "--rounds takes a positive number"),
                arguments("--seconds=-1", "--seconds takes a positive number"),
                arguments("nothing", "no such measure: nothing"),
                arguments("--only=nobody", "--only takes some of: socks5, socks5 -Xmx64m"),
                arguments("--server=one=true", "not NAME=COMMAND with {port} in it: one=true"),
                arguments("--server={port}", "not NAME=COMMAND with {port} in it: {port}"),
                arguments("--server=socks5=serve {port}", "two servers have the same name"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void saysWhatIsWrong(String argument, String message) {
        assertThat(execute(argument)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    private int execute(String... arguments) {
        return new CommandLine(new CompareCommand(List.of(new OneOctet("octet"))))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
