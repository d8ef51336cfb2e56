package dev.socks5.server.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.DatagramCounts;
import dev.socks5.server.ServerStatistics;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What an association counts, the server counts as well. */
class DatagramCountersTest {

    private static final int OCTETS = 7;

    private static void assertCounts(Consumer<DatagramCounters> event, DatagramCounts counts, long up, long down) {
        Counters all = new Counters();
        DatagramCounters ofOne = new DatagramCounters(all);
        event.accept(ofOne);
        event.accept(new DatagramCounters(all));
        event.accept(new DatagramCounters(all));
        assertThat(ofOne.counts()).isEqualTo(counts);
        assertThat(ofOne.bytesUp()).isEqualTo(up);
        assertThat(ofOne.bytesDown()).isEqualTo(down);
        ServerStatistics statistics = all.statistics(0);
        DatagramCounts ofAll = new DatagramCounts(
                3 * counts.up(),
                3 * counts.down(),
                3 * counts.fragments(),
                3 * counts.malformed(),
                3 * counts.foreign(),
                3 * counts.refused(),
                3 * counts.lost());
        assertThat(statistics).isEqualTo(new ServerStatistics(0, 0, 0, 0, 0, 0, 0, 0, 3 * up, 3 * down, ofAll));
        assertThat(counts.up() + counts.down() + counts.dropped()).isEqualTo(1);
    }

    @Test
    void eachKindByItself() {
        assertCounts(counters -> counters.up(OCTETS), new DatagramCounts(1, 0, 0, 0, 0, 0, 0), OCTETS, 0);
        assertCounts(counters -> counters.down(OCTETS), new DatagramCounts(0, 1, 0, 0, 0, 0, 0), 0, OCTETS);
        assertCounts(counters -> counters.count(Fate.FRAGMENT), new DatagramCounts(0, 0, 1, 0, 0, 0, 0), 0, 0);
        assertCounts(counters -> counters.count(Fate.MALFORMED), new DatagramCounts(0, 0, 0, 1, 0, 0, 0), 0, 0);
        assertCounts(counters -> counters.count(Fate.FOREIGN), new DatagramCounts(0, 0, 0, 0, 1, 0, 0), 0, 0);
        assertCounts(counters -> counters.count(Fate.REFUSED), new DatagramCounts(0, 0, 0, 0, 0, 1, 0), 0, 0);
        assertCounts(counters -> counters.count(Fate.LOST), new DatagramCounts(0, 0, 0, 0, 0, 0, 1), 0, 0);
    }
}
