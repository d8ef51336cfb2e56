package dev.socks5.server.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryPlanTest {

    private static final long MEGABYTE = 1024 * 1024;

    @ParameterizedTest
    @CsvSource({
        "   8,  1, 1048576,   341,  151,  128,  524288",
        "  16,  2, 2097152,  1706,  758,  256,  524288",
        "  16, 32, 2097152,  1706,  758,  256,   65536",
        "  64,  8, 8388608,  9898, 4399, 1024,  524288",
        "  64, 32, 8388608,  9898, 4399, 1024,  131072",
        "6144, 32, 805306368, 1047552, 465578, 4096, 524288"
    })
    void aPartOfTheHeapForEach(
            long heap, int loops, long backlog, int connections, int secured, int names, int bufferSize) {
        assertThat(MemoryPlan.of(heap * MEGABYTE, loops))
                .isEqualTo(new MemoryPlan(backlog, connections, secured, names, bufferSize));
    }

    /** Long.MAX_VALUE is what the JDK says where there is no limit. */
    @Test
    void theSmallestAndTheGreatestHeap() {
        assertThat(MemoryPlan.of(1, 1)).isEqualTo(new MemoryPlan(0, 16, 16, 1, 64 * 1024));
        assertThat(MemoryPlan.of(Long.MAX_VALUE, 1))
                .isEqualTo(new MemoryPlan(Long.MAX_VALUE / 8, Integer.MAX_VALUE, Integer.MAX_VALUE, 4096, 512 * 1024));
    }

    /** All of it at once, with idle tunnels of 4.0 KB each and 6 MB for the rest, leaves room to collect garbage. */
    @ParameterizedTest
    @CsvSource({"16", "32", "64", "128", "1024"})
    void itAllFits(long heap) {
        MemoryPlan plan = MemoryPlan.of(heap * MEGABYTE, 1);
        assertThat(6 * MEGABYTE + plan.connections() * 4_000L + plan.backlog()).isLessThan(heap * MEGABYTE * 95 / 100);
        assertThat(6 * MEGABYTE + plan.secured() * 9_000L + plan.backlog()).isLessThan(heap * MEGABYTE * 95 / 100);
    }
}
