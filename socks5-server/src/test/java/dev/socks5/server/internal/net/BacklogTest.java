package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final int LIMIT = 160_000;

    private long now = Long.MAX_VALUE - 5; // The clock may overflow: only differences count.
    private final Backlog backlog = new Backlog(LIMIT, () -> now);
    private final List<String> shed = new ArrayList<>();

    private Backlog.Holding holding(String name) {
        return backlog.holding(() -> shed.add(name));
    }

    /** Holds some bytes for a tick at least. */
    private Backlog.Holding holding(String name, int bytes) {
        Backlog.Holding holding = holding(name);
        holding.set(bytes);
        now++;
        return holding;
    }

    @Test
    void theLessIsLeftTheLessMayBeRead() {
        assertThat(backlog.allowance(5_000)).isEqualTo(5_000);
        assertThat(backlog.allowance(512 * 1024)).isEqualTo(10_000);
        Backlog.Holding holding = holding("a", 80_000);
        assertThat(backlog.allowance(512 * 1024)).isEqualTo(5_000);
        holding.set(LIMIT);
        assertThat(backlog.allowance(512 * 1024)).isEqualTo(Backlog.LEAST_READ);
        holding.set(0);
        assertThat(backlog.allowance(512 * 1024)).isEqualTo(10_000);
        assertThat(shed).isEmpty();
    }

    /**
     * However many stall, one after the other, each at the most it may read: the backlog is never full before their
     * number does it.
     */
    @Test
    void aCrowdThatStallsGetsSmallPartsAndSheddingIsNotNeeded() {
        for (int i = 0; i < 20; i++) {
            holding("stalled", backlog.allowance(512 * 1024));
        }
        assertThat(backlog.held()).isLessThan(LIMIT);
        assertThat(shed).isEmpty();
    }

    @Test
    void whoHoldsMostIsShedFirst() {
        holding("small", 30_000);
        holding("large", 80_000);
        holding("medium", 50_000);
        assertThat(shed).isEmpty();
        holding("last", 1);
        assertThat(shed).containsExactly("large");
    }

    @Test
    void ofEqualsWhoHasHeldForLongestIsShedFirst() {
        Backlog.Holding first = holding("first", 50_000);
        holding("second", 50_000);
        holding("third", 50_000);
        first.set(0);
        first.set(50_000); // It has moved meanwhile, and began anew.
        now++;
        holding("fourth", 20_000);
        assertThat(shed).containsExactly("second");
    }

    @Test
    void asManyAreShedAsItTakesAndNoMore() {
        holding("a", 60_000);
        holding("b", 40_000);
        holding("c", 30_000);
        holding("d", LIMIT - 30_000);
        assertThat(shed).containsExactly("a", "b");
    }

    @Test
    void whatGoesMayGoOnceOnly() {
        Backlog.Holding large = holding("large", 150_000);
        holding("small", 11_000);
        assertThat(shed).containsExactly("large");
        large.set(155_000);
        assertThat(shed).containsExactly("large");
        large.set(0);
        assertThat(backlog.held()).isEqualTo(11_000);
        holding("another", 149_000);
        assertThat(shed).containsExactly("large");
        holding("one more", 1);
        assertThat(shed).containsExactly("large", "another");
    }

    /** It holds no less for being alone. */
    @Test
    void evenTheOnlyOneIsShed() {
        holding("alone", LIMIT + 1);
        assertThat(shed).containsExactly("alone");
    }

    @Test
    void toHoldLessShedsNobody() {
        Backlog.Holding a = holding("a", 80_000);
        holding("b", 80_000);
        assertThat(backlog.reserve(1)).isFalse();
        a.set(79_999);
        assertThat(backlog.reserve(1)).isTrue();
        assertThat(shed).isEmpty();
    }

    @Test
    void whoCannotBeShedIsTriedAgain() {
        boolean[] fails = {true};
        Backlog.Holding stubborn = backlog.holding(() -> {
            if (fails[0]) {
                fails[0] = false;
                throw new OutOfMemoryError("on purpose");
            }
            shed.add("stubborn");
        });
        stubborn.set(LIMIT);
        now++;
        assertThatThrownBy(() -> holding("a", 1)).isInstanceOf(OutOfMemoryError.class);
        assertThat(shed).isEmpty();
        holding("b", 1);
        assertThat(shed).containsExactly("stubborn");
    }

    @Test
    void whatIsReservedCountsAndIsGivenBack() {
        assertThat(backlog.reserve(LIMIT + 1)).isFalse();
        assertThat(backlog.reserve(LIMIT)).isTrue();
        assertThat(backlog.held()).isEqualTo(LIMIT);
        assertThat(backlog.reserve(1)).isFalse();
        backlog.release(1);
        assertThat(backlog.reserve(1)).isTrue();
        holding("a", 1);
        assertThat(shed).containsExactly("a");
        backlog.release(LIMIT);
        assertThat(backlog.held()).isEqualTo(1);
    }
}
