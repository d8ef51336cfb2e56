package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandingTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // It may overflow.
    private final Standing standing = new Standing(Proxies.Order.IN_ORDER, 3, clock::get);

    private Standing.Hold first() {
        return standing.next(List.of());
    }

    /** Gives the proxies in the order in which a request would try them now, and leaves all as it was. */
    private static List<Integer> order(Standing standing) {
        List<Standing.Hold> holds = new ArrayList<>();
        List<Integer> tried = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Standing.Hold hold = standing.next(tried);
            holds.add(hold);
            tried.add(hold.index());
        }
        holds.forEach(standing::leave);
        return tried;
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void aFailureDoublesTheBackOffUpToAMinuteAndASuccessEndsIt() {
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
            standing.failed(first());
            assertThat(order(standing)).containsExactly(1, 2, 0);
            pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(order(standing)).containsExactly(1, 2, 0);
            pass(Duration.ofNanos(1));
            assertThat(order(standing)).containsExactly(0, 1, 2);
        }
        standing.works(first());
        standing.failed(first());
        pass(Duration.ofSeconds(1));
        assertThat(order(standing)).containsExactly(0, 1, 2);
        assertThat(Standing.backOff(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void thoseInBackOffAreTriedInTheOrderInWhichTheyAreDue() {
        standing.failed(first());
        pass(Duration.ofMillis(1));
        standing.failed(first());
        pass(Duration.ofMillis(1));
        standing.failed(first());
        assertThat(order(standing)).containsExactly(0, 1, 2);
        pass(Duration.ofSeconds(1).minusMillis(1));
        standing.failed(first()); // the first one is due, and fails again
        assertThat(order(standing)).containsExactly(1, 2, 0);
    }

    @Test
    void failuresOfOneOutageCountOnce() {
        Standing.Hold one = first();
        Standing.Hold other = first();
        standing.failed(one);
        standing.failed(other);
        standing.failed(standing.next(List.of(1, 2))); // It was known to be in back-off.
        pass(Duration.ofSeconds(1));
        assertThat(order(standing)).containsExactly(0, 1, 2);
    }

    @Test
    void oneRequestAloneTriesAProxyThatIsDue() {
        standing.failed(first());
        pass(Duration.ofSeconds(1));
        Standing.Hold trying = first();
        assertThat(trying.index()).isZero();
        assertThat(order(standing)).containsExactly(1, 2, 0);
        standing.leave(trying);
        assertThat(order(standing)).containsExactly(0, 1, 2);
        standing.works(first());
        assertThat(List.of(first().index(), first().index())).containsExactly(0, 0);
    }

    @Test
    void anySuccessIsNewerThanTheFailuresBefore() {
        Standing.Hold early = first();
        standing.failed(first());
        standing.works(early);
        assertThat(order(standing)).containsExactly(0, 1, 2);
        Standing.Hold late = first();
        standing.failed(first());
        pass(Duration.ofSeconds(1));
        Standing.Hold trying = first();
        standing.works(standing.next(List.of(1, 2)));
        standing.failed(trying);
        standing.failed(late);
        standing.leave(trying);
        assertThat(order(standing)).containsExactly(0, 1, 2);
    }

    @Test
    void takesTurnsAmongThoseThatWork() {
        Standing inTurn = new Standing(Proxies.Order.IN_TURN, 3, clock::get);
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            chosen.add(inTurn.next(List.of()).index());
        }
        assertThat(chosen).containsExactly(0, 1, 2, 0);
        inTurn.failed(inTurn.next(List.of()));
        chosen.clear();
        for (int i = 0; i < 4; i++) {
            chosen.add(inTurn.next(List.of()).index());
        }
        assertThat(chosen).containsExactly(2, 0, 2, 0);
        assertThat(inTurn.next(List.of(2)).index()).isZero();
        assertThat(inTurn.next(List.of(2, 0)).index()).isEqualTo(1);
    }
}
