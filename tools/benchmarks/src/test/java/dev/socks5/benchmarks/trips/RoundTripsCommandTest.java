package dev.socks5.benchmarks.trips;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RoundTripsCommandTest {

    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "--runs=0, --runs takes a positive number",
        "--delay=-1, --delay takes a positive number",
        "fast, Unmatched argument"
    })
    void saysWhatIsWrong(String argument, String message) {
        int code = new CommandLine(new RoundTripsCommand())
                .setErr(new PrintWriter(err))
                .execute(argument);
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }
}
