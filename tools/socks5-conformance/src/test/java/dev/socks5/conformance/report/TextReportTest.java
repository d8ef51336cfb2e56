package dev.socks5.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Verdict;
import org.junit.jupiter.api.Test;

class TextReportTest {

    @Test
    void tellsWhatFailedFirstAndFiguresLast() {
        assertThat(TextReport.of(Samples.mixed(), false)).isEqualTo("""
                socks5-conformance 1.2.3: server 127.0.0.1:1080 (sample 4.5)

                FAILED  negotiation/offered  MUST, RFC 1928 section 3
                  The server answers to negotiation/offered
                  passes    05 00, because it was offered
                  came      expected the method that was offered, but FE was selected
                  means     Clients wait for ever
                     +0 ms  sent to proxy: greeting, 3 bytes
                            05          VER       5
                            01          NMETHODS  1
                            00          METHOD    no authentication (0x00)
                    +12 ms  received from proxy: selection, 2 bytes
                            05          VER       5
                            FE          METHOD    method (0xFE)
                    +13 ms  proxy: the other side has ended its output

                Not offered: the program does not offer UDP ASSOCIATE
                  udp/echo udp/order

                Skipped: needs --pid
                  abuse/memory

                negotiation    1 passed    1 failed    - not offered    - skipped
                udp            - passed    - failed    2 not offered    - skipped
                abuse          - passed    - failed    - not offered    1 skipped

                MUST          1 passed    1 failed    - not offered    - skipped
                MAY           - passed    - failed    2 not offered    - skipped
                security      - passed    - failed    - not offered    1 skipped
                5 cases in 7 s: 1 passed, 1 failed, 2 not offered, 1 skipped
                """);
    }

    @Test
    void aFaultOfTheSuiteIsNotTheProgramsFault() {
        Report report = Samples.report(Samples.outcome("udp/echo", Level.MAY, Verdict.BROKEN, "out of sockets"));
        assertThat(TextReport.of(report, false))
                .contains("BROKEN  udp/echo", "  the suite out of sockets", "    1 broken")
                .doesNotContain("came ");
    }

    @Test
    void colorsAreForTerminalsAlone() {
        assertThat(TextReport.of(Samples.mixed(), true))
                .contains("\u001b[1;31mFAILED\u001b[0m", "\u001b[32m    1 passed\u001b[0m");
        assertThat(TextReport.of(Samples.nasty(), false)).doesNotContain("\u001b");
    }

    @Test
    void whatProgramsSendIsEscaped() {
        String text = TextReport.of(Samples.nasty(), false);
        assertThat(text.chars().filter(c -> c < ' ').distinct()).containsExactly((int) '\n');
        assertThat(text).contains("a\\u001b[2J\\u000d\\u000a<b>", "\\u202e\u00fc");
    }

    @Test
    void aClauseThatIsTheLevelIsSaidOnce() {
        Case<Object> one = Case.of("a/b", Level.ROBUSTNESS, Clause.ROBUSTNESS)
                .title("t")
                .sends("05")
                .accepts("a")
                .means("m")
                .script(trial -> {});
        assertThat(TextReport.origin(one)).isEqualTo("robustness");
    }
}
