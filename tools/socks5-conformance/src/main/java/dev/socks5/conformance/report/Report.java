package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A run that is over.
 *
 * @param suite the suite's own version
 * @param side what was judged
 * @param target where the program was found: an address, or the command that starts it
 * @param program what the program is called, with its version, or empty if the user has not said so
 * @param started when the run began
 * @param time how long it took
 * @param outcomes what came out, in the order of the cases
 */
public record Report(
        String suite,
        Side side,
        String target,
        Program program,
        Instant started,
        Duration time,
        List<Outcome> outcomes) {

    /**
     * What the user calls the program.
     *
     * @param name such as "microsocks", or empty
     * @param version such as "1.0.3", or empty
     */
    public record Program(String name, String version) {
        @Override
        public String toString() {
            return version.isEmpty() ? name : name + " " + version;
        }
    }

    /** Copies the outcomes. */
    public Report {
        outcomes = List.copyOf(outcomes);
    }

    /** Returns the same without what was sent and received. */
    public Report withoutTranscripts() {
        return changed(
                outcome -> new Outcome(outcome.of(), outcome.verdict(), outcome.reason(), List.of(), outcome.time()));
    }

    /** Returns the same with asterisks in the place of a secret; an empty one is none. */
    public Report hiding(byte[] secret) {
        return secret.length == 0 ? this : changed(new Redaction(secret)::of);
    }

    private Report changed(UnaryOperator<Outcome> change) {
        return new Report(
                suite,
                side,
                target,
                program,
                started,
                time,
                outcomes.stream().map(change).toList());
    }

    /** Returns the outcomes with one verdict. */
    List<Outcome> with(Verdict verdict) {
        return outcomes.stream().filter(outcome -> outcome.verdict() == verdict).toList();
    }

    /** Returns the outcomes of each group, in the order of the cases. */
    Map<String, List<Outcome>> groups() {
        return outcomes.stream()
                .collect(Collectors.groupingBy(
                        outcome -> outcome.of().group(), LinkedHashMap::new, Collectors.toList()));
    }

    /**
     * Returns the exit status: 3 if the suite itself has failed anywhere, because then nothing is certain; else 1 if
     * the program under test has failed a case; else 0.
     */
    public int status() {
        if (!with(Verdict.BROKEN).isEmpty()) {
            return 3;
        }
        return with(Verdict.FAILED).isEmpty() ? 0 : 1;
    }
}
