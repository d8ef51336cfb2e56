package dev.socks5.junit.internal.guard;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The direct connections of one guarded test. Safe for use by several threads. */
final class Attempts {

    private static final int MOST_LISTED = 50;
    private static final int MOST_FRAMES = 8;

    private static final List<String> OF_THE_JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");
    private static final List<String> OF_TEST_RUNNERS =
            List.of("org.junit.", "org.apache.maven.surefire.", "org.gradle.", "worker.org.gradle.");
    private static final List<String> OF_THE_GUARD =
            List.of("dev.socks5.junit.internal.guard.", GateCopy.NAME.replace('/', '.'));

    private record Attempt(String what, String frames) {}

    /** How often each has happened. */
    private final Map<Attempt, Integer> counts = new LinkedHashMap<>();

    private final Set<Hint> hints = EnumSet.noneOf(Hint.class);

    private int unlisted;

    synchronized void add(Kind kind, Target target, Throwable seen) {
        String thread = Thread.currentThread().getName();
        hints.addAll(Hint.of(kind, seen.getStackTrace()));
        Attempt attempt = new Attempt(
                kind.text() + " " + target.text() + ", thread \"" + thread + "\"",
                String.join("", frames(seen.getStackTrace())));
        if (counts.size() < MOST_LISTED || counts.containsKey(attempt)) {
            counts.merge(attempt, 1, Integer::sum);
        } else {
            unlisted++;
        }
    }

    synchronized boolean isEmpty() {
        return counts.isEmpty();
    }

    /** All of them, each with its frames, and then the hints. */
    synchronized String text() {
        StringBuilder text = new StringBuilder("did not go through the proxy:");
        counts.forEach((attempt, count) -> text.append("\n* ")
                .append(attempt.what)
                .append(count == 1 ? "" : ", " + count + " times")
                .append(attempt.frames));
        if (unlisted > 0) {
            text.append("\n* and ").append(unlisted).append(" more");
        }
        String separator = "\n\n";
        for (Hint hint : hints) {
            text.append(separator).append(hint.text());
            separator = "\n";
        }
        return text.toString();
    }

    /** The callers of the JDK, with the method of the JDK that they called; where the JDK is alone, its own frames. */
    private static List<String> frames(StackTraceElement[] stack) {
        List<StackTraceElement> frames =
                Stream.of(stack).filter(frame -> isNoneOf(OF_THE_GUARD, frame)).toList();
        List<StackTraceElement> callers = new ArrayList<>();
        StackTraceElement called = null;
        for (StackTraceElement frame : frames) {
            if (isNoneOf(OF_THE_JDK, frame) && isNoneOf(OF_TEST_RUNNERS, frame)) {
                if (callers.isEmpty() && called != null) {
                    callers.add(called);
                }
                callers.add(frame);
            }
            called = frame;
        }
        return (callers.isEmpty() ? frames : callers)
                .stream().limit(MOST_FRAMES).map(frame -> "\n    at " + frame).toList();
    }

    private static boolean isNoneOf(List<String> prefixes, StackTraceElement frame) {
        return prefixes.stream().noneMatch(frame.getClassName()::startsWith);
    }
}
