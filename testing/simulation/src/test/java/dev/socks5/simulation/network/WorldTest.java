package dev.socks5.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorldTest {

    private final World world = new World(1);
    private final List<Object> happened = new ArrayList<>();

    @Test
    void hasEventsHappenInOrder() {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            long at = world.chance().below(300L);
            times.add(at * 10_000 + i);
            int number = i;
            world.after(at, () -> happened.add(world.elapsed() * 10_000 + number));
        }
        world.runUntil(() -> false);
        times.sort(Comparator.naturalOrder());
        assertThat(happened).isEqualTo(times);
        assertThat(world.events()).isEqualTo(1000);
        assertThat(world.step()).isFalse();
    }

    @Test
    void forgetsWhatIsCancelled() {
        List<Alarm> alarms = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            alarms.add(world.after(world.chance().below(100L), () -> happened.add(number)));
        }
        for (int i = 0; i < 200; i += 2) {
            alarms.get(i).cancel();
            alarms.get(i).cancel();
        }
        world.runUntil(() -> false);
        assertThat(happened).hasSize(100).allMatch(number -> (Integer) number % 2 == 1);
    }

    @Test
    void countsTimeFromAnywhere() {
        boolean wraps = false;
        boolean negative = false;
        for (long seed = 0; seed < 100; seed++) {
            World other = new World(seed);
            long begin = other.nanoTime();
            other.run(100_000_000_000L);
            assertThat(other.nanoTime() - begin).isEqualTo(100_000_000_000L).isEqualTo(other.elapsed());
            wraps |= other.nanoTime() < begin;
            negative |= begin < 0 && begin > -100_000_000_000L;
        }
        assertThat(wraps).isTrue();
        assertThat(negative).isTrue();
    }

    @Test
    void goesOnWhileSomethingSleeps() {
        world.after(10, () -> {
            happened.add("begins");
            world.sleep(100);
            happened.add("ends");
        });
        world.after(50, () -> happened.add("meanwhile"));
        world.runUntil(() -> false);
        assertThat(happened).containsExactly("begins", "meanwhile", "ends");
        assertThat(world.elapsed()).isEqualTo(110);
    }

    @Test
    void sleepsNoDeeperThanFourTimes() {
        for (int i = 0; i < 6; i++) {
            world.after(i, () -> {
                world.sleep(1000);
                happened.add(world.elapsed());
            });
        }
        world.runUntil(() -> false);
        assertThat(happened).containsExactly(4L, 5L, 1003L, 1003L, 1003L, 1003L);
    }

    @Test
    void givesUpAWorldThatNeverEnds() {
        world.limit(500);
        Runnable[] again = new Runnable[1];
        again[0] = () -> world.after(1, again[0]);
        again[0].run();
        assertThatIllegalStateException().isThrownBy(() -> world.runUntil(() -> false));
    }
}
