package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {

    private long now = Long.MAX_VALUE - 50; // The clock may overflow: only differences count.
    private final Timers timers = new Timers(() -> now);
    private final List<String> ran = new ArrayList<>();

    private Timers.Timer timer(String name) {
        return timers.timer(() -> ran.add(name));
    }

    @Test
    void runsWhatIsDueEarliestFirst() {
        timer("c").set(300);
        timer("a").set(100);
        timer("b").set(200);
        assertThat(timers.untilNext()).isEqualTo(100);
        timers.runDue();
        assertThat(ran).isEmpty();
        now += 200;
        timers.runDue();
        assertThat(ran).containsExactly("a", "b");
        assertThat(timers.untilNext()).isEqualTo(100);
        now += 500;
        assertThat(timers.untilNext()).isZero();
        timers.runDue();
        assertThat(ran).containsExactly("a", "b", "c");
        assertThat(timers.untilNext()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void cancelledIsNotRun() {
        Timers.Timer a = timer("a");
        a.set(100);
        timer("b").set(100);
        a.cancel();
        a.cancel();
        now += 100;
        timers.runDue();
        assertThat(ran).containsExactly("b");
    }

    @Test
    void setAgainIsMoved() {
        Timers.Timer a = timer("a");
        a.set(100);
        a.set(300);
        now += 200;
        timers.runDue();
        assertThat(ran).isEmpty();
        a.set(0);
        timers.runDue();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void anActionMayCancelOneThatIsDueToo() {
        Timers.Timer later = timer("later");
        timers.timer(later::cancel).set(100);
        later.set(200);
        now += 300;
        timers.runDue();
        assertThat(ran).isEmpty();
        assertThat(timers.untilNext()).isEqualTo(Long.MAX_VALUE);
    }

    /** It may be the only thing that ends a connection. */
    @Test
    void anActionThatFailsIsTriedAgainAndThoseBehindItAreDueStill() {
        boolean[] fails = {true};
        timers.timer(() -> {
                    if (fails[0]) {
                        throw new OutOfMemoryError("on purpose");
                    }
                    ran.add("failing");
                })
                .set(100);
        timer("other").set(100);
        now += 100;
        assertThatThrownBy(timers::runDue).isInstanceOf(OutOfMemoryError.class);
        timers.runDue();
        assertThat(ran).containsExactly("other");
        assertThat(timers.untilNext()).isEqualTo(Timers.RETRY);
        fails[0] = false;
        now += Timers.RETRY;
        timers.runDue();
        assertThat(ran).containsExactly("other", "failing");
        assertThat(timers.size()).isZero();
    }

    @Test
    void anActionThatFailsAfterItHasSetItselfKeepsThatTime() {
        Timers.Timer[] timer = new Timers.Timer[1];
        timer[0] = timers.timer(() -> {
            timer[0].set(7);
            throw new IllegalStateException("on purpose");
        });
        timer[0].set(0);
        assertThatThrownBy(timers::runDue).isInstanceOf(IllegalStateException.class);
        assertThat(timers.untilNext()).isEqualTo(7);
    }
}
