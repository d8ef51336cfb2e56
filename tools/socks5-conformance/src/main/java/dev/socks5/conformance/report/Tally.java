package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How often each verdict came out. */
final class Tally {

    private final Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);

    static Tally of(Collection<Outcome> outcomes) {
        Tally tally = new Tally();
        outcomes.forEach(outcome -> tally.counts.merge(outcome.verdict(), 1L, Long::sum));
        return tally;
    }

    long of(Verdict verdict) {
        return counts.getOrDefault(verdict, 0L);
    }

    /** Every verdict but the ones that did not come out: "2 passed, 1 failed". */
    @Override
    public String toString() {
        return Arrays.stream(Verdict.values())
                .filter(verdict -> of(verdict) > 0)
                .map(verdict -> of(verdict) + " " + verdict)
                .collect(Collectors.joining(", "));
    }
}
