package dev.socks5.conformance.report;

import static dev.socks5.conformance.report.Samples.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Transcript.Direction;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HexDumpTest {

    private static List<String> of(Transcript.Entry... entries) {
        return HexDump.of(List.of(entries));
    }

    @Test
    void namesTheFields() {
        assertThat(of(entry(
                        3,
                        "proxy",
                        Direction.SENT,
                        Label.REQUEST,
                        "05 01 00 03 12 616263646566676869 6A6B6C6D6E6F707172 00 50")))
                .containsExactly(
                        "   +3 ms  sent to proxy: request, 25 bytes",
                        "          05          VER       5",
                        "          01          CMD       CONNECT (0x01)",
                        "          00          RSV       0",
                        "          03          ATYP      name",
                        "          12          length    18",
                        "          61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F 70 DST.ADDR  \"abcdefghijklmnopqr\"",
                        "          71 72",
                        "          00 50       DST.PORT  80");
    }

    @Test
    void showsTextBesideWhatIsNoMessage() {
        assertThat(of(entry(
                        1500,
                        "origin",
                        Direction.RECEIVED,
                        Label.RAW,
                        "68 69 1B 5B 7E 7F 0A FF 20 21 2E 3C 00 01 02 03 04")))
                .containsExactly(
                        "+1500 ms  received at origin: 17 bytes",
                        "          68 69 1B 5B 7E 7F 0A FF 20 21 2E 3C 00 01 02 03 hi.[~... !.<....",
                        "          04                                              .");
    }

    @Test
    void leavesOutWhatIsTooMuch() {
        Transcript.Entry large = new Transcript.Entry(
                Duration.ZERO, "proxy", Direction.SENT, Label.RAW, new byte[1024], 1_000_000, null);
        assertThat(of(large)).hasSize(6).last().isEqualTo("          and 999936 bytes more");
        Transcript.Entry just =
                new Transcript.Entry(Duration.ZERO, "proxy", Direction.SENT, Label.RAW, new byte[64], 64, null);
        assertThat(of(just)).hasSize(5);
        Transcript.Entry one = entry(0, "proxy", Direction.SENT, Label.RAW, "00");
        assertThat(of(one)).hasSize(2).first().isEqualTo("   +0 ms  sent to proxy: 1 byte");
    }

    @Test
    void tellsWhatHappened() {
        assertThat(of(Samples.note(7, "proxy", "ended\u001b"))).containsExactly("   +7 ms  proxy: ended\\u001b");
    }

    @Test
    void aPieceGoesOnWhereTheOneBeforeHasEnded() {
        assertThat(of(
                        entry(0, "proxy", Direction.SENT, Label.REQUEST, "05 01 00 03 03 61"),
                        entry(1, "proxy", Direction.RECEIVED, Label.REPLY, "05"),
                        entry(2, "proxy", Direction.SENT, Label.REQUEST, "62 63 00"),
                        entry(3, "proxy", Direction.SENT, Label.REQUEST, "50"),
                        entry(4, "proxy", Direction.SENT, Label.REQUEST, "05 02")))
                .containsSubsequence(
                        "          61          DST.ADDR  \"a\"",
                        "   +2 ms  sent to proxy: request, 3 bytes",
                        "          62 63       DST.ADDR  \"abc\"",
                        "          00          behind",
                        "   +3 ms  sent to proxy: request, 1 byte",
                        "          50          DST.PORT  80",
                        "   +4 ms  sent to proxy: request, 2 bytes",
                        "          05          VER       5",
                        "          02          CMD       BIND (0x02)");
    }

    @Test
    void nothingGoesOnBehindWhatIsMalformed() {
        assertThat(of(
                        entry(0, "proxy", Direction.SENT, Label.GREETING, "04"),
                        entry(1, "proxy", Direction.SENT, Label.GREETING, "05 01 00")))
                .containsSubsequence("          04          VER       4", "          05          VER       5")
                .endsWith("          00          METHOD    no authentication (0x00)");
    }
}
