package dev.socks5.server.internal.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.DatagramCounts;
import dev.socks5.server.operation.Usage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a session counts, its user and the server count as well. */
class MeterTest {

    private static final int BYTES = 7;

    private static void assertCounts(Consumer<Meter> event, Usage usage, boolean moves) {
        Totals server = new Totals();
        Totals nobody = new Totals();
        Totals user = new Totals();
        Meter ofOne = new Meter(server, nobody);
        ofOne.user(user);
        event.accept(ofOne);
        assertThat(ofOne.usage()).isEqualTo(usage);
        assertThat(ofOne.moved() > 0).isEqualTo(moves);
        event.accept(new Meter(server, user));
        assertThat(user.usage()).isEqualTo(twice(usage));
        event.accept(new Meter(server, nobody));
        assertThat(nobody.usage()).isEqualTo(usage);
        nobody.add(user.usage());
        assertThat(server.usage()).isEqualTo(nobody.usage());
        nobody.add(Usage.NONE);
        assertThat(server.usage()).isEqualTo(nobody.usage());
    }

    private static Usage twice(Usage usage) {
        DatagramCounts counts = usage.datagrams();
        return new Usage(
                2 * usage.bytesUp(),
                2 * usage.bytesDown(),
                new DatagramCounts(
                        2 * counts.up(),
                        2 * counts.down(),
                        2 * counts.fragments(),
                        2 * counts.malformed(),
                        2 * counts.foreign(),
                        2 * counts.refused(),
                        2 * counts.lost()));
    }

    private static void assertDropped(Fate fate, DatagramCounts counts) {
        assertCounts(meter -> meter.count(fate), new Usage(0, 0, counts), false);
        assertThat(counts.dropped()).isEqualTo(1);
    }

    @Test
    void bytesOfTunnels() {
        assertCounts(meter -> meter.up(BYTES), new Usage(BYTES, 0, DatagramCounts.NONE), true);
        assertCounts(meter -> meter.down(BYTES), new Usage(0, BYTES, DatagramCounts.NONE), true);
    }

    @Test
    void eachKindOfDatagramByItself() {
        DatagramCounts up = new DatagramCounts(1, 0, 0, 0, 0, 0, 0);
        DatagramCounts down = new DatagramCounts(0, 1, 0, 0, 0, 0, 0);
        assertCounts(meter -> meter.datagramUp(BYTES), new Usage(BYTES, 0, up), true);
        assertCounts(meter -> meter.datagramDown(BYTES), new Usage(0, BYTES, down), true);
        assertCounts(meter -> meter.datagramUp(0), new Usage(0, 0, up), true);
        assertCounts(meter -> meter.datagramDown(0), new Usage(0, 0, down), true);
        assertDropped(Fate.FRAGMENT, new DatagramCounts(0, 0, 1, 0, 0, 0, 0));
        assertDropped(Fate.MALFORMED, new DatagramCounts(0, 0, 0, 1, 0, 0, 0));
        assertDropped(Fate.FOREIGN, new DatagramCounts(0, 0, 0, 0, 1, 0, 0));
        assertDropped(Fate.REFUSED, new DatagramCounts(0, 0, 0, 0, 0, 1, 0));
        assertDropped(Fate.LOST, new DatagramCounts(0, 0, 0, 0, 0, 0, 1));
    }
}
