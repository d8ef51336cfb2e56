package dev.socks5.conformance.report;

import static dev.socks5.conformance.report.Samples.entry;
import static dev.socks5.conformance.report.Samples.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Transcript.Direction;
import dev.socks5.conformance.suite.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {

    private static final byte[] SECRET = "secret".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @CsvSource({
        "PASSED, NOT_OFFERED, 0",
        "SKIPPED, SKIPPED, 0",
        "PASSED, FAILED, 1",
        "FAILED, BROKEN, 3",
        "BROKEN, PASSED, 3",
    })
    void theStatusSaysTheWorst(Verdict one, Verdict other, int status) {
        Report report =
                Samples.report(outcome("a/one", Level.MUST, one, ""), outcome("a/other", Level.SECURITY, other, ""));
        assertThat(report.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01 01 61 06 736563726574",
                "01 01 61 06 7365 | 63726574",
                "01 01 61 06 | 73 | 65 | 63 | 72 | 65 | 74 05 01",
                "7373656372657473 | 65 | 63726574",
            })
    void aSecretIsHiddenHoweverItWasSent(String pieces) {
        Transcript.Entry[] entries = pieces.lines()
                .flatMap(line -> java.util.Arrays.stream(line.split("\\|")))
                .map(hex -> entry(0, "proxy", Direction.SENT, Label.RAW, hex.strip()))
                .toArray(Transcript.Entry[]::new);
        Report report = Samples.report(outcome("login/a", Level.MUST, Verdict.FAILED, "", entries));

        Outcome hidden = report.hiding(SECRET).outcomes().get(0);

        String sent = bytes(report.outcomes().get(0));
        assertThat(sent).contains("secret");
        assertThat(bytes(hidden)).isEqualTo(sent.replace("secret", "******"));
    }

    @Test
    void whatComesFromElsewhereIsNoPartOfASecret() {
        Outcome outcome = outcome(
                "login/a",
                Level.MUST,
                Verdict.FAILED,
                "",
                entry(0, "proxy", Direction.SENT, Label.RAW, "736563"),
                entry(0, "proxy", Direction.RECEIVED, Label.RAW, "726574"),
                entry(0, "origin", Direction.SENT, Label.RAW, "726574"));
        assertThat(bytes(Samples.report(outcome).hiding(SECRET).outcomes().get(0)))
                .isEqualTo("secretret");
    }

    @ParameterizedTest
    @CsvSource({
        "came 01 61 73 65 63 72 65 74 05, came 01 61 ** ** ** ** ** ** 05",
        "came 01 61 73 65 63 and 9 more bytes, came 01 61 ** ** ** and 9 more bytes",
        "came 73 65 64, came 73 65 64",
    })
    void aSecretIsHiddenInReasons(String reason, String hidden) {
        Report report = Samples.report(outcome("login/a", Level.MUST, Verdict.FAILED, reason));
        assertThat(report.hiding(SECRET).outcomes().get(0).reason()).isEqualTo(hidden);
    }

    @Test
    void thereMayBeNoSecret() {
        Report report = Samples.mixed();
        assertThat(report.hiding(Hex.bytes(""))).isSameAs(report);
    }

    private static String bytes(Outcome outcome) {
        return outcome.transcript().stream()
                .map(entry -> new String(entry.bytes(), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
    }
}
