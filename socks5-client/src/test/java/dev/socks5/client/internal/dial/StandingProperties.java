package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Whatever fails and recovers when, and however the requests overlap. */
class StandingProperties {

    private static final int PROXIES = 3;
    private static final int REQUESTS = 4;

    /** What happens next. */
    enum Event {
        BEGIN,
        WORKS,
        FAILED,
        LEFT,
        TIME
    }

    /** @param request which one it happens to; for the time, how long in halves of a second */
    record Step(Event event, int request) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Event.class), Arbitraries.integers().between(0, REQUESTS - 1))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    /** What is expected: all that is known of a proxy, by the rules as the documentation has them. */
    private static final class Known {
        private int failures;
        private long due;
        private int news; // counts failures and recoveries
        private boolean probed;

        boolean mayBeTried(long now) {
            return failures == 0 || (now >= due && !probed);
        }

        void become(int count, long now) {
            failures = count;
            probed = false;
            news++;
            due = now
                    + Duration.ofSeconds(Math.min(60, 1L << Math.min(10, Math.max(0, count - 1))))
                            .toNanos();
        }
    }

    /** What a request has tried, and holds now. */
    private static final class Requesting {
        private final List<Integer> tried = new ArrayList<>();
        private Standing.@Nullable Hold hold;
        private boolean wasFree;
        private int newsBefore;
    }

    @Property(tries = 200)
    void choosesByWhatIsKnown(@ForAll Proxies.Order order, @ForAll("steps") List<Step> steps) {
        AtomicLong clock = new AtomicLong();
        Standing standing = new Standing(order, PROXIES, clock::get);
        List<Known> known = new ArrayList<>();
        for (int i = 0; i < PROXIES; i++) {
            known.add(new Known());
        }
        Map<Integer, Requesting> requests = new HashMap<>();
        for (Step step : steps) {
            Requesting request = requests.computeIfAbsent(step.request(), key -> new Requesting());
            if (step.event() == Event.TIME) {
                clock.addAndGet(Duration.ofMillis(500L * step.request()).toNanos());
            } else if (step.event() == Event.BEGIN) {
                begin(order, standing, known, request, clock.get());
            } else {
                end(step.event(), standing, known, request, clock.get());
            }
        }
    }

    private static void begin(Proxies.Order order, Standing standing, List<Known> known, Requesting request, long now) {
        if (request.hold != null) {
            return;
        }
        if (request.tried.size() == PROXIES) {
            request.tried.clear(); // another request
        }
        Standing.Hold hold = standing.next(request.tried);
        Known chosen = known.get(hold.index());
        List<Integer> left = new ArrayList<>();
        List<Integer> free = new ArrayList<>();
        for (int i = 0; i < PROXIES; i++) {
            if (!request.tried.contains(i)) {
                left.add(i);
                if (known.get(i).mayBeTried(now)) {
                    free.add(i);
                }
            }
        }
        assertThat(left).contains(hold.index());
        if (free.isEmpty()) {
            assertThat(left)
                    .allSatisfy(other -> assertThat(known.get(other).due).isGreaterThanOrEqualTo(chosen.due));
        } else {
            assertThat(free).contains(hold.index());
            if (order == Proxies.Order.IN_ORDER) {
                assertThat(hold.index()).isEqualTo(free.get(0));
            }
        }
        request.tried.add(hold.index());
        request.hold = hold;
        request.wasFree = !free.isEmpty();
        request.newsBefore = chosen.news;
        chosen.probed |= request.wasFree && chosen.failures > 0;
    }

    private static void end(Event event, Standing standing, List<Known> known, Requesting request, long now) {
        Standing.Hold hold = request.hold;
        if (hold == null) {
            return;
        }
        Known its = known.get(hold.index());
        boolean isNews = request.wasFree && request.newsBefore == its.news;
        switch (event) {
            case WORKS -> {
                standing.works(hold);
                if (its.failures > 0) {
                    its.become(0, now);
                }
                request.tried.clear();
            }
            case FAILED -> {
                standing.failed(hold);
                if (isNews) {
                    its.become(its.failures + 1, now);
                }
            }
            default -> {
                standing.leave(hold);
                its.probed &= !isNews;
                request.tried.clear();
            }
        }
        request.hold = null;
    }
}
