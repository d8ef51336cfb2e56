package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.DatagramCounts;
import dev.socks5.server.ServerStatistics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class StatusLineTest {

    private static final ServerStatistics START = statistics(0, 0, 0, 0);

    private static ServerStatistics statistics(int connections, long accepted, long up, long down) {
        return new ServerStatistics(connections, 0, 0, accepted, 0, 0, 0, 0, up, down, DatagramCounts.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0 | 0 | 0 | 1000 | 0 open, 0 new/s, up 0 B/s, down 0 B/s",
                "3 | 12 | 999 | 1000 | 1000 | 3 open, 12 new/s, up 999 B/s, down 1.0 kB/s",
                "3 | 12 | 3000000 | 1540000000000 | 2000 | 3 open, 6 new/s, up 1.5 MB/s, down 770.0 GB/s",
                "1 | 1 | 999600 | 9223372036854775807 | 1000 | 1 open, 1 new/s, up 1.0 MB/s, down 9223372.0 TB/s"
            })
    void text(int open, long accepted, long up, long down, long millis, String text) {
        assertThat(StatusLine.text(START, statistics(open, accepted, up, down), Duration.ofMillis(millis)))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, false, true",
        "false, false, false, false",
        "true, true, false, false",
        "true, false, true, false"
    })
    void whereItIsWanted(boolean terminal, boolean verbose, boolean logOnStandardOutput, boolean wanted) {
        assertThat(Watch.wantsStatus(terminal, verbose, logOnStandardOutput)).isEqualTo(wanted);
    }

    @Test
    void itIsRewrittenAndErased() throws Exception {
        StringWriter out = new StringWriter();
        CountDownLatch asked = new CountDownLatch(3);
        StatusLine line = StatusLine.show(new PrintWriter(out), () -> {
            asked.countDown();
            return statistics(asked.getCount() == 1 ? 100 : 3, 0, 0, 0); // The second is the longer one.
        });
        asked.await();
        line.erase();
        String rest = "0 new/s, up 0 B/s, down 0 B/s";
        String shown = "\r100 open, " + rest + "\r3 open, " + rest + "  ";
        String blank = "\r" + " ".repeat(("3 open, " + rest).length()) + "\r";
        assertThat(out.toString()).isEqualTo(shown + blank);
        line.erase();
        assertThat(out.toString()).isEqualTo(shown + blank);
    }
}
