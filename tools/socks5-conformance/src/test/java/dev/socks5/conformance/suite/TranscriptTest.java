package dev.socks5.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TranscriptTest {

    @Test
    void itsSizeIsBounded() {
        Transcript transcript = new Transcript();
        transcript.sent("proxy", Label.RAW, new byte[1 << 20]);
        for (int i = 0; i < 10_000; i++) {
            transcript.note("proxy", "again");
        }

        List<Transcript.Entry> entries = transcript.entries();

        assertThat(entries.get(0).bytes()).hasSize(Transcript.MAX_BYTES);
        assertThat(entries.get(0).length()).isEqualTo(1 << 20);
        assertThat(entries).hasSizeLessThan(1000);
        assertThat(entries.get(entries.size() - 1).note()).isEqualTo(10_001 - (entries.size() - 1) + " more entries");
    }

    @Test
    void keepsTheOrder() {
        Transcript transcript = new Transcript();
        transcript.sent("proxy", Label.GREETING, Hex.bytes("05 01 00"));
        transcript.received("proxy", Label.SELECTION, Hex.bytes("05 00"));
        assertThat(transcript.entries())
                .extracting(Transcript.Entry::label)
                .containsExactly(Label.GREETING, Label.SELECTION);
    }
}
