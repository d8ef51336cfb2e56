package dev.socks5.conformance.suite;

import java.time.Duration;

/**
 * How long a case waits. Verdicts must not depend on speed within these times.
 *
 * @param answer for something that has to come; also for each write to be taken
 * @param silence for something that must not come: short, because a program that is too slow for it passes by luck, but
 *     none fails by bad luck
 * @param limit for a time limit of the program under test to strike; generous
 */
public record Patience(Duration answer, Duration silence, Duration limit) {

    /** What users get without an option. */
    public static final Patience USUAL =
            new Patience(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMinutes(3));

    /** Waits for time limits as long as users wait. */
    public Patience(Duration answer, Duration silence) {
        this(answer, silence, USUAL.limit);
    }

    /** Returns the usual one with all times multiplied. */
    public static Patience usual(double factor) {
        return new Patience(times(USUAL.answer, factor), times(USUAL.silence, factor), times(USUAL.limit, factor));
    }

    private static Duration times(Duration time, double factor) {
        return Duration.ofNanos((long) (time.toNanos() * factor));
    }
}
