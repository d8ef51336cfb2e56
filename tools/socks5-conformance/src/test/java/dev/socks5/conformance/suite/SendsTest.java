package dev.socks5.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendsTest {

    private static Outcome outcome(String said, String... sent) {
        Case<?> one = Case.of("group/name", Level.MUST, Clause.ROBUSTNESS)
                .title("t")
                .sends(said, "(two seconds of 00)")
                .accepts("a")
                .means("m")
                .script(trial -> {});
        Transcript transcript = new Transcript();
        for (String bytes : sent) {
            transcript.sent("proxy", Label.RAW, Hex.bytes(bytes));
        }
        transcript.sent("origin", Label.RAW, Hex.bytes("09"));
        return new Outcome(one, Verdict.PASSED, "", transcript.entries(), Duration.ZERO);
    }

    @Test
    void rowsAreWhatStandsTogether() {
        assertThat(Sends.rows(
                        outcome("05 01 {own} (10 times) 7F FE, hello 05 ... FF").of()))
                .isEqualTo(List.of("\5\1", "\u007f\u00fe", "\5", "\u00ff"));
    }

    @Test
    void whatIsSaidIsSentInOrder() {
        Sends.assertSent(outcome("05 01 {own} 02", "05", "01 00", "AA BB 02"), "origin");
        assertThatThrownBy(() -> Sends.assertSent(outcome("05 01 {own} 02", "05 00 01 02"), "origin"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("says that it sends 05 01 behind 0 bytes");
        assertThatThrownBy(() -> Sends.assertSent(outcome("05 01 {own} 02", "02 05 01"), "origin"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("says that it sends 02 behind 3 bytes");
        assertThatThrownBy(() -> Sends.assertSent(outcome("09"), "origin")).isInstanceOf(AssertionError.class);
    }
}
