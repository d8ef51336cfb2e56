package dev.socks5.junit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.opentest4j.AssertionFailedError;

/** What the guard has found, beside the failure that the test has of its own. */
final class Findings {

    private Findings() {}

    /**
     * Returns what the test is to fail with: the findings, if its own failure can come from a refused connection, or
     * else its own. Refused code gets an {@link IOException}, and often throws another one without its message.
     */
    static Throwable join(String findings, Throwable own) {
        if (own instanceof AssertionError || !isOfInputOrOutput(own)) {
            return own;
        }
        AssertionFailedError failure = new AssertionFailedError(findings);
        failure.addSuppressed(own);
        return failure;
    }

    private static boolean isOfInputOrOutput(Throwable failure) {
        Set<Throwable> seen = identitySet(); // Causes can go in a circle.
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    /** Whether a failure, or one that led to it or is suppressed in it, says these findings and no others. */
    static boolean areIn(Throwable failure, String findings) {
        Set<Throwable> seen = identitySet();
        Deque<Throwable> left = new ArrayDeque<>(List.of(failure));
        while (!left.isEmpty()) {
            Throwable next = left.pop();
            if (next instanceof AssertionFailedError && findings.equals(next.getMessage())) {
                return true;
            }
            if (seen.add(next)) {
                left.addAll(List.of(next.getSuppressed()));
                if (next.getCause() != null) {
                    left.add(next.getCause());
                }
            }
        }
        return false;
    }

    private static Set<Throwable> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
