package dev.socks5.benchmarks.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class StartUpCommandTest {

    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "--rounds=0, 2, --rounds takes a positive number",
        "fast, 2, Unmatched argument",
        "--project=src/test, 1, not one codec and one client: []"
    })
    void saysWhatIsWrong(String argument, int exitCode, String message) {
        int code = new CommandLine(new StartUpCommand())
                .setErr(new PrintWriter(err))
                .execute(argument);
        assertThat(code).isEqualTo(exitCode);
        assertThat(err.toString()).contains(message);
    }
}
