package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TimersProperties {

    /** One step: which timer, and when it shall run; negative cancels it. */
    @Property(tries = 500)
    void behavesLikeASortedList(
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 19) Integer> which,
            @ForAll @Size(min = 200, max = 200) List<@IntRange(min = -30, max = 100) Integer> when) {
        long[] now = {0};
        Timers timers = new Timers(() -> now[0]);
        List<Integer> ran = new ArrayList<>();
        List<Timers.Timer> all = new ArrayList<>();
        Integer[] model = new Integer[20];
        for (int i = 0; i < model.length; i++) {
            int name = i;
            all.add(timers.timer(() -> ran.add(name)));
        }
        for (int step = 0; step < which.size(); step++) {
            int name = which.get(step);
            int at = when.get(step);
            if (at < 0) {
                all.get(name).cancel();
                model[name] = null;
            } else {
                all.get(name).set(at);
                model[name] = at;
            }
        }
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < model.length; i++) {
            if (model[i] != null && model[i] <= 50) {
                expected.add(i);
            }
        }
        now[0] = 50;
        timers.runDue();
        assertThat(ran).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(ran.stream().map(name -> model[name]).toList()).isSortedAccordingTo(Comparator.naturalOrder());
    }
}
