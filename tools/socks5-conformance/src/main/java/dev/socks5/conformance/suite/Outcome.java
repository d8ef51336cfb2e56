package dev.socks5.conformance.suite;

import java.time.Duration;
import java.util.List;

/**
 * What came out of one case.
 *
 * @param of the case
 * @param reason why, for people; empty if it passed
 * @param transcript what was sent and received, in order
 * @param time how long it took; only to see what makes a run slow
 */
public record Outcome(Case<?> of, Verdict verdict, String reason, List<Transcript.Entry> transcript, Duration time) {

    /** Copies the transcript. */
    public Outcome {
        transcript = List.copyOf(transcript);
    }
}
