package dev.socks5.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTest {

    @Test
    void escapesWhatIsNoVisibleCharacter() {
        assertThat(Plain.line("a\u0000\u001b[2J\r\n\u0085\u2028\u202e\ud800\uffff\ue000z"))
                .isEqualTo("a\\u0000\\u001b[2J\\u000d\\u000a\\u0085\\u2028\\u202e\\ud800\\uffff\\ue000z");
        assertThat(Plain.line("\udb40\udc01")).isEqualTo("\\u{e0001}"); // A tag that nobody sees.
    }

    @Test
    void leavesEverythingElse() {
        assertThat(Plain.line("X'FF' \u00fc \u4e2d <&> \ud83d\ude00"))
                .isEqualTo("X'FF' \u00fc \u4e2d <&> \ud83d\ude00");
    }

    @Test
    void wrapsAtBlanks() {
        assertThat(Plain.wrapped("aa bb cc", 5, "  ")).isEqualTo("aa bb\n  cc");
        assertThat(Plain.wrapped("aa bb cc", 4, "")).isEqualTo("aa\nbb\ncc");
        assertThat(Plain.wrapped("longword a", 4, "")).isEqualTo("longword\na");
        assertThat(Plain.wrapped("", 4, "")).isEmpty();
    }
}
