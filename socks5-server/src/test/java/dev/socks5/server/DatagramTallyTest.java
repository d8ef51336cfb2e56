package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What an association counts, the server counts as well. */
class DatagramTallyTest {

    private static final int OCTETS = 7;

    private static void assertCounts(Consumer<DatagramTally> event, DatagramCounts counts, long up, long down) {
        Tally all = new Tally();
        DatagramTally ofOne = new DatagramTally(all);
        event.accept(ofOne);
        event.accept(new DatagramTally(all));
        event.accept(new DatagramTally(all));
        assertThat(ofOne.counts()).isEqualTo(counts);
        assertThat(ofOne.octetsUp()).isEqualTo(up);
        assertThat(ofOne.octetsDown()).isEqualTo(down);
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
        assertCounts(tally -> tally.up(OCTETS), new DatagramCounts(1, 0, 0, 0, 0, 0, 0), OCTETS, 0);
        assertCounts(tally -> tally.down(OCTETS), new DatagramCounts(0, 1, 0, 0, 0, 0, 0), 0, OCTETS);
        assertCounts(DatagramTally::fragment, new DatagramCounts(0, 0, 1, 0, 0, 0, 0), 0, 0);
        assertCounts(DatagramTally::malformed, new DatagramCounts(0, 0, 0, 1, 0, 0, 0), 0, 0);
        assertCounts(DatagramTally::foreign, new DatagramCounts(0, 0, 0, 0, 1, 0, 0), 0, 0);
        assertCounts(DatagramTally::refused, new DatagramCounts(0, 0, 0, 0, 0, 1, 0), 0, 0);
        assertCounts(DatagramTally::lost, new DatagramCounts(0, 0, 0, 0, 0, 0, 1), 0, 0);
    }
}
